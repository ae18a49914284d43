/** People get the usual output; a folder named by TOCSIN_TEST_RESULTS also gets the figures as JSON. */
export function reporters(name: string): (string | [string, { outputFile: string }])[] {
  const folder = process.env['TOCSIN_TEST_RESULTS'];
  return folder === undefined ? ['default'] : ['default', ['json', { outputFile: `${folder}/${name}.json` }]];
}
