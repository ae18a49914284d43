/**
 * What the real curl would do with an address that works here: its globbing reads `[ ]` and `{ }`, and a space ends it. Undefined when curl does as we do.
 * Measured with curl 7.88.1.
 */
export function curlWouldFail(url: string, isGlobOff: boolean): string | undefined {
  const help = 'use -G --data-urlencode';
  if (/[\s<>"]/.test(url) && /\s/.test(url)) return `works here, fails in curl: a blank cannot stand in an address; ${help}`;
  if (isGlobOff) return undefined;
  const outside = url.replaceAll(/\[(?:\d+-\d+|[A-Za-z]-[A-Za-z])(?::\d+)?\]/g, '');
  if (/[[\]]/.test(outside.replace(/^[a-z]+:\/\/\[[0-9a-f:.]+\]/i, '')))
    return `works here, fails in curl: [ ] is a range there; use -g, or ${help}`;
  if (outside !== url) return `means something else in curl: it asks once for each number or letter in [ ]; use -g`;
  if (/\{[^}]*\}/.test(url)) return `means something else in curl: it takes the braces away and splits at commas; use -g, or ${help}`;
  return undefined;
}
