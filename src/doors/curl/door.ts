import type { Door, DoorCall, Session } from '../session.ts';
import { addressProblem, parseAddress } from './address.ts';
import { askPrometheus } from './ask-prometheus.ts';
import type { CurlCall } from './curl-call.ts';
import { exchange, type Exchange } from './exchange.ts';
import { curlWouldFail } from './globbing.ts';
import { headLines, verboseLines, writeOut } from './print.ts';
import { promqlRequestOf } from './promql-request.ts';
import { readCurl } from './read-curl.ts';

const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * `curl`: PromQL in an address of the configured Prometheus is taken as people write it, other addresses are asked when they are configured. stdout and exit
 * status are curl's; notes for the author of the line go to stderr.
 */
export function createCurlDoor(): Door {
  return {
    name: 'curl',
    async run(call, session) {
      const read = readCurl(call.argv);
      if ('problem' in read) {
        call.err(`${read.problem}\n`);
        return read.exitCode;
      }
      for (const note of read.notes) call.err(`note: ${note}\n`);
      const startedAt = session.clock.now().getTime();
      const came = await perform(read, { call, session });
      return finish(read, came, { call, elapsedMs: session.clock.now().getTime() - startedAt });
    },
  };
}

type Context = { call: DoorCall; session: Session };

async function perform(read: CurlCall, context: Context): Promise<Exchange> {
  const { call, session } = context;
  const glob = curlWouldFail(read.url, read.switches.has('globoff'));
  const question = promqlRequestOf(read);
  const { prometheus } = session;
  if (question !== undefined && prometheus?.answersTo(question.at) === true && /^(?:GET|POST)$/.test(read.method)) {
    if (glob !== undefined) call.err(`note: ${glob}\n`);
    return await askPrometheus(prometheus, question, call.signal);
  }
  const problem = addressProblem(read.url);
  if (problem !== undefined) return { type: 'failed', exitCode: problem.exitCode, message: `${problem.reason}: ${problem.fix}` };
  const url = addressOf(read);
  if (url === undefined) return { type: 'failed', exitCode: 3, message: 'URL using bad/illegal format or missing URL' };
  if (glob !== undefined) call.err(`note: ${glob}\n`);
  const body = bodyOf(read, call.stdin);
  const timeoutMs = Math.min(read.maxTimeMs ?? DEFAULT_TIMEOUT_MS, 300_000);
  return await exchange(
    { method: read.method, url, headers: read.headers, timeoutMs, ...(body === undefined ? {} : { body }) },
    read,
    context,
  );
}

function bodyOf({ body, bodyFromStdin }: CurlCall, stdin: string): string | undefined {
  if (bodyFromStdin === undefined) return body;
  return bodyFromStdin === 'as it is' ? stdin : stdin.replaceAll(/[\r\n\0]/g, '');
}

function addressOf(read: CurlCall): URL | undefined {
  const url = parseAddress(read.url);
  if (url === undefined || read.query.length === 0) return url;
  const added = read.query.join('&');
  url.search = url.search === '' ? added : `${url.search}&${added}`;
  return url;
}

function finish(read: CurlCall, came: Exchange, { call, elapsedMs }: { call: DoorCall; elapsedMs: number }): number {
  const isQuiet = read.switches.has('silent') && !read.switches.has('show-error');
  const exitCode = came.type === 'answered' ? printAnswer(read, came, { call, isQuiet }) : came.type === 'failed' ? came.exitCode : 1;
  // A refusal of ours is said even with -s: nobody could tell it from an empty answer.
  if (came.type === 'refused') call.err(`curl: ${came.message}\n`);
  if (came.type === 'failed' && (!isQuiet || came.exitCode === 7 || came.exitCode === 1))
    call.err(`curl: (${came.exitCode}) ${came.message}\n`);
  if (read.writeOut !== undefined) call.out(writeOut(read.writeOut, { exchange: came, url: read.url, elapsedMs, exitCode }));
  return exitCode;
}

type Came = Extract<Exchange, { type: 'answered' }>;

function printAnswer(read: CurlCall, came: Came, { call, isQuiet }: { call: DoorCall; isQuiet: boolean }): number {
  const { last } = came;
  const isFailure = read.fail !== 'no' && last.status >= 400;
  if (read.switches.has('verbose')) for (const hop of came.hops) call.err(verboseLines(hop, read.headers));
  const hidesBody = read.switches.has('discard') || (isFailure && read.fail === 'quiet');
  if (!hidesBody) printBody(read, came, call);
  if (last.isCut) call.err('note: the answer was too long and is cut off\n');
  if (isFailure && !isQuiet) call.err(`curl: (22) The requested URL returned error: ${last.status}\n`);
  return isFailure ? 22 : 0;
}

function printBody({ switches }: CurlCall, { hops, last }: Came, call: DoorCall): void {
  const showsHead = switches.has('include') || switches.has('head');
  if (showsHead) for (const { answer } of hops) call.out(headLines(answer));
  if (!switches.has('head')) call.out(last.body);
}
