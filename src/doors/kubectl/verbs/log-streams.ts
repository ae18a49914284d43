import { isOn } from '../call.ts';
import { KubectlError, refusalError } from '../kubectl-error.ts';
import type { KubectlCall, VerbContext } from '../verb.ts';
import { logQuery } from './log-options.ts';

/** One container whose log is read. */
export type LogSource = { namespace: string; pod: string; container: string };

/** Reads logs one after the other; followed ones at once, for as long as the session follows anything. */
export async function readLogs(sources: readonly LogSource[], call: KubectlCall, context: VerbContext): Promise<void> {
  if (!isOn(call, 'follow')) {
    for (const source of sources) await readLog(source, call, context);
    return;
  }
  const bounded = new AbortController();
  const stop = () => bounded.abort();
  context.signal.addEventListener('abort', stop, { once: true });
  const bell = new AbortController();
  const limit = context.session.clock.sleep(context.session.followMs, bell.signal).then(stop);
  try {
    await Promise.all(sources.map((source) => followLog(source, call, { ...context, signal: bounded.signal })));
  } finally {
    bell.abort();
    context.signal.removeEventListener('abort', stop);
    await limit;
  }
}

async function followLog(source: LogSource, call: KubectlCall, context: VerbContext): Promise<void> {
  try {
    await readLog(source, call, context);
  } catch (error) {
    // The end of the time to follow looks like a request that was given up.
    if (!context.signal.aborted) throw error;
  }
}

async function readLog(source: LogSource, call: KubectlCall, context: VerbContext): Promise<void> {
  const { api, session, signal } = context;
  const { cluster } = session;
  if (cluster === undefined) throw new KubectlError('no cluster is configured');
  const lines = createLines(isOn(call, 'prefix') || isOn(call, 'all-pods') ? `[pod/${source.pod}/${source.container}] ` : '', context.out);
  const pods = await api.typeOf('pods');
  const answer = await cluster.request({
    method: 'GET',
    path: api.pathOf(pods, { namespace: source.namespace, name: source.pod, subresource: 'log' }),
    query: { container: source.container, ...logQuery(call) },
    signal,
    onText: (text) => {
      lines.add(text);
      return signal.aborted ? 'stop' : 'more';
    },
  });
  if (answer.status < 400) return lines.end();
  const refusal = refusalError(answer, { method: 'GET', resource: 'pods', name: source.pod });
  if (!isOn(call, 'ignore-errors')) throw refusal;
  context.out(`error: ${refusal.status?.message ?? refusal.message}\n`);
}

/** Puts a prefix before each line and holds back a line until it is whole, so that lines of several logs do not mix. */
function createLines(prefix: string, out: (text: string) => void): { add(text: string): void; end(): void } {
  let rest = '';
  const put = (line: string) => out(prefix + line);
  return {
    add(text) {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      if (parts.length > 0) out(parts.map((line) => `${prefix}${line}\n`).join(''));
    },
    end() {
      if (rest !== '') put(rest);
    },
  };
}
