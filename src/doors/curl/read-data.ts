/** The data flags of one command line: `-d` and its kin, `--data-urlencode`, `--json`, `--url-query`. */
export type Data = {
  pieces: string[];
  urlQuery: string[];
  meant: { name: string; value: string }[];
  isJson: boolean;
  /** curl sends what was piped in without its line breaks, except as `--data-binary` and `--json`. */
  fromStdin?: 'as it is' | 'in one line';
  problem?: string;
};

const FILE = 'data from a file: there are no files here; write the data into the line or pipe it in (-d @-)';

export function emptyData(): Data {
  return { pieces: [], urlQuery: [], meant: [], isJson: false };
}

/** Adds what one flag carries; a flag that carries no data changes nothing. */
export function addData(data: Data, flag: { name: string; value: string }): void {
  const { name, value } = flag;
  if (name === 'data-urlencode') addEncoded(data, value, data.pieces);
  else if (name === 'url-query') addEncoded(data, value, data.urlQuery);
  else if (name === 'data-raw') addPlain(data, value);
  else if (/^(?:data|data-ascii|data-binary|json)$/.test(name)) {
    data.isJson ||= name === 'json';
    if (value === '@-') data.fromStdin = /^(?:data-binary|json)$/.test(name) ? 'as it is' : 'in one line';
    else if (value.startsWith('@')) data.problem = FILE;
    else addPlain(data, value);
  }
}

function addPlain(data: Data, value: string): void {
  data.pieces.push(value);
  for (const [key, text] of new URLSearchParams(value)) data.meant.push({ name: key, value: text });
}

/** curl: `content`, `=content`, `name=content` are encoded; `@` without `=` before it reads a file; `--url-query +content` is taken as it is. */
function addEncoded(data: Data, value: string, pieces: string[]): void {
  if (pieces === data.urlQuery && value.startsWith('+')) {
    pieces.push(value.slice(1));
    return;
  }
  const at = value.search(/[=@]/);
  if (at >= 0 && value.charAt(at) === '@') {
    data.problem = FILE;
    return;
  }
  const name = at < 0 ? '' : value.slice(0, at);
  const content = at < 0 ? value : value.slice(at + 1);
  pieces.push(`${name}${name === '' ? '' : '='}${encode(content)}`);
  if (name !== '') data.meant.push({ name, value: content });
}

/** curl writes a space as "+" and hexadecimal digits in small letters. */
function encode(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replaceAll(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`)
    .replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
}
