import type { Answered, Exchange, Hop } from './exchange.ts';

/** Headers whose values are nobody's business in a channel. */
const SECRET = /^(?:authorization|proxy-authorization|cookie|set-cookie|x-api-key|x-auth-token|.*(?:token|secret|password|api-?key).*)$/i;

export function headLines(answer: Answered): string {
  const lines = answer.headers.map(([name, value]) => `${name}: ${SECRET.test(name) ? '****' : value}\r\n`);
  return `HTTP/1.1 ${answer.status} ${answer.statusText}\r\n${lines.join('')}\r\n`;
}

/** What `-v` says of one request and its answer. */
export function verboseLines({ url, method, answer }: Hop, headers: readonly (readonly [string, string])[]): string {
  const sent = headers.map(([name, value]) => `> ${name}: ${SECRET.test(name) ? '****' : value}\n`);
  const received = headLines(answer).split('\r\n').slice(0, -1);
  return `> ${method} ${url.pathname}${url.search} HTTP/1.1\n> Host: ${url.host}\n${sent.join('')}>\n${received.map((line) => `< ${line}\n`).join('')}`;
}

export type Report = { exchange: Exchange; url: string; elapsedMs: number; exitCode: number };

/** `-w`: `%{name}` by curl's names, `\n` and its kin; what is not known is left out, as curl does. */
export function writeOut(format: string, { exchange, url, elapsedMs, exitCode }: Report): string {
  const last = exchange.type === 'answered' ? exchange.last : undefined;
  const hops = exchange.type === 'answered' ? exchange.hops : [];
  const header = (wanted: string): string => last?.headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? '';
  const status = String(last?.status ?? 0).padStart(3, '0');
  const seconds = (elapsedMs / 1000).toFixed(6);
  const values: Readonly<Record<string, string>> = {
    http_code: status,
    response_code: status,
    http_version: '1.1',
    method: exchange.type === 'answered' ? exchange.method : '',
    url,
    url_effective: exchange.type === 'answered' ? exchange.url.href : url,
    content_type: header('content-type'),
    redirect_url: header('location'),
    num_redirects: String(Math.max(0, hops.length - 1)),
    size_download: String(Buffer.byteLength(last?.body ?? '')),
    time_total: seconds,
    time_starttransfer: seconds,
    time_connect: '0.000000',
    time_namelookup: '0.000000',
    exitcode: String(exitCode),
    errormsg: exchange.type === 'answered' ? '' : exchange.message,
  };
  const escapes: Readonly<Record<string, string>> = { '\\n': '\n', '\\r': '\r', '\\t': '\t', '%%': '%' };
  return format.replace(/%\{([a-z_.]+)\}|\\[nrt]|%%/g, (whole, name: string | undefined) =>
    name === undefined ? (escapes[whole] ?? '') : (values[name] ?? ''),
  );
}
