import { addressProblem, parseAddress } from '../curl/address.ts';
import { askPrometheus } from '../curl/ask-prometheus.ts';
import { exchange, type Exchange } from '../curl/exchange.ts';
import { headLines } from '../curl/print.ts';
import { promqlRequestOf } from '../curl/promql-request.ts';
import type { Door, DoorCall, Session } from '../session.ts';
import { readWget, type WgetCall } from './read-wget.ts';

const DEFAULT_TIMEOUT_MS = 30_000;
/** wget's own: 4 network, 5 TLS, 8 the server answered with an error. */
const EXIT = { network: 4, tls: 5, server: 8, refused: 1 };

/** `wget` to stdout or as a probe (`--spider`), over the same ways as `curl`. It follows redirects by itself, each of them checked. */
export function createWgetDoor(): Door {
  return {
    name: 'wget',
    async run(call, session) {
      const read = readWget(call.argv);
      if ('problem' in read) {
        call.err(`${read.problem}\n`);
        return read.exitCode;
      }
      return finish(read, await perform(read, { call, session }), call);
    },
  };
}

async function perform(read: WgetCall, context: { call: DoorCall; session: Session }): Promise<Exchange> {
  const { call, session } = context;
  const question = promqlRequestOf({
    url: read.url,
    meant: [...new URLSearchParams(read.body ?? '')].map(([name, value]) => ({ name, value })),
  });
  const { prometheus } = session;
  if (question !== undefined && prometheus?.answersTo(question.at) === true) return await askPrometheus(prometheus, question, call.signal);
  const problem = addressProblem(read.url);
  if (problem !== undefined) return { type: 'failed', exitCode: problem.exitCode, message: `${problem.reason}: ${problem.fix}` };
  const url = parseAddress(read.url);
  if (url === undefined) return { type: 'failed', exitCode: 3, message: `${read.url}: Invalid host name.` };
  const { method, headers, body } = read;
  const timeoutMs = Math.min(read.timeoutMs ?? DEFAULT_TIMEOUT_MS, 300_000);
  return await exchange(
    { method, url, headers, timeoutMs, ...(body === undefined ? {} : { body }) },
    { follows: true, maxRedirects: 20 },
    context,
  );
}

function finish(read: WgetCall, came: Exchange, call: DoorCall): number {
  if (came.type === 'refused') {
    call.err(`wget: ${came.message}\n`);
    return EXIT.refused;
  }
  if (came.type === 'failed') {
    call.err(`wget: ${came.message}\n`);
    return came.exitCode === 60 || came.exitCode === 35 ? EXIT.tls : EXIT.network;
  }
  const { last, url } = came;
  if (read.showsServer) call.err(headLines(last).replaceAll(/(.*)\r\n/g, (_, line: string) => (line === '' ? '' : `  ${line}\n`)));
  if (last.status >= 400) {
    if (!read.isQuiet) call.err(`${url.href}:\nERROR ${last.status}: ${last.statusText}.\n`);
    return EXIT.server;
  }
  if (read.output === 'stdout') call.out(last.body);
  if (read.isSpider && !read.isQuiet) call.err('Remote file exists.\n');
  if (last.isCut) call.err('note: the answer was too long and is cut off\n');
  return 0;
}
