import type { Json, JsonObject } from '../../../kernel/json.ts';
import { escapeTerminal } from '../go-format.ts';
import { KubectlError } from '../kubectl-error.ts';
import { alignTabs, tableStyle } from '../tab-writer.ts';
import { goText } from './go-json.ts';
import { createJsonPath } from './jsonpath.ts';

/** "metadata.name", ".metadata.name" and "{metadata.name}" all mean "{.metadata.name}". */
export function relaxedPath(path: string): string {
  if (path === '') return path;
  const match = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(path);
  if (match === null) {
    throw new KubectlError("unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'");
  }
  return `{.${match[1] ?? match[2] ?? ''}}`;
}

/** `-o custom-columns=NAME:.metadata.name,...`: reads the columns at once, so that what is wrong with them is told before anything is asked. */
export function createCustomColumns(spec: string, noHeaders: boolean): (objects: readonly JsonObject[]) => string {
  if (spec === '') throw new KubectlError('custom-columns format specified but no custom columns given');
  const columns = spec.split(',').map((column) => {
    const colon = column.indexOf(':');
    if (colon < 0) throw new KubectlError(`unexpected custom-columns spec: ${column}, expected <header>:<json-path-expr>`);
    return { header: column.slice(0, colon), path: relaxedPath(column.slice(colon + 1)) };
  });
  return (objects) => {
    const paths = columns.map(({ path }) => createJsonPath(path));
    const rows = objects.map((object) => paths.map((path) => cell(path.find(object))).join('\t'));
    const lines = noHeaders ? rows : [columns.map(({ header }) => header).join('\t'), ...rows];
    return alignTabs(lines.map((line) => `${line}\n`).join(''), tableStyle);
  };
}

function cell(results: readonly (readonly Json[])[]): string {
  const values = results.flat().map((value) => escapeTerminal(goText(value)));
  return (results[0]?.length ?? 0) === 0 ? ['<none>', ...values].join(',') : values.join(',');
}
