import type { Door, Session } from '../doors/session.ts';
import type { Clock } from '../kernel/clock.ts';
import { describeError, TocsinError } from '../kernel/errors.ts';
import { toInstant } from '../kernel/instant.ts';
import type { CallMessage } from './protocol.ts';
import type { CallRecord } from './script.ts';

/** A piece of what the doors wrote straight to the terminal. */
export type Chunk = { segment: number; stream: 'stdout' | 'stderr'; text: string };

type CallAnswer = { exitCode: number; stdout: string; stderr: string };

/** The calls of one run: what was called, what it wrote, and which are under way. */
export type Calls = {
  call(message: CallMessage): Promise<CallAnswer>;
  records(): readonly CallRecord[];
  chunks: readonly Chunk[];
  /** Resolves when no call is under way any more. */
  settled(): Promise<unknown>;
};

export type CallsOptions = {
  /** Their calls are recorded. */
  doors: readonly Door[];
  /** Programs of the interpreter itself, which reach nothing outside. */
  builtIns: readonly Door[];
  session: Session;
  clock: Clock;
  signal: AbortSignal;
  /** Of one call; beyond it the run is stopped. */
  maxBytes: number;
  onChanged: () => void;
  onTooMuch: () => void;
};

export function createCalls(options: CallsOptions): Calls {
  const { clock, signal } = options;
  const records: CallRecord[] = [];
  const chunks: Chunk[] = [];
  const running = new Set<Promise<unknown>>();

  async function run(message: CallMessage): Promise<CallAnswer> {
    const answer: CallAnswer = { exitCode: 1, stdout: '', stderr: '' };
    let length = 0;
    const write = (stream: Chunk['stream']) => (text: string) => {
      if (signal.aborted || text === '') return;
      length += text.length;
      if (length > options.maxBytes) return options.onTooMuch();
      answer[stream] += text;
      if (message.isDirect) chunks.push({ segment: message.segment, stream, text });
      options.onChanged();
    };
    const [out, err] = [write('stdout'), write('stderr')];
    const isNamed = ({ name }: Door): boolean => name === message.name;
    const builtIn = options.builtIns.find(isNamed);
    const record: CallRecord = { argv: [message.name, ...message.argv], startedAt: toInstant(clock.now()) };
    const index = builtIn === undefined ? records.push(record) - 1 : -1;
    options.onChanged();
    try {
      const door = builtIn ?? options.doors.find(isNamed);
      if (door === undefined) throw new TocsinError('internal', 'no such program');
      if (signal.aborted) throw new TocsinError('precondition', 'the run was stopped');
      answer.exitCode = await door.run({ argv: message.argv, stdin: message.stdin, signal, out, err }, options.session);
    } catch (error) {
      err(`${message.name}: ${error instanceof TocsinError ? error.message : describeError(error)}\n`);
    }
    if (index >= 0) records[index] = { ...record, endedAt: toInstant(clock.now()), exitCode: answer.exitCode };
    options.onChanged();
    return answer;
  }
  return {
    call(message) {
      const call = run(message);
      running.add(call);
      void call.finally(() => running.delete(call));
      return call;
    },
    records: () => [...records],
    chunks,
    settled: () => Promise.allSettled(running),
  };
}
