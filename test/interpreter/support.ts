import type { Door, Session } from '../../src/doors/session.ts';
import type { Limits, ScriptRequest } from '../../src/interpreter/script.ts';
import type { Clock } from '../../src/kernel/clock.ts';

export const limits: Limits = { timeoutMs: 60_000, keptBytes: 65_536, maxBytes: 1_000_000, maxLoopIterations: 2000 };

/** A session in which nothing is configured; effects fail the test that reaches them. */
export function bareSession(clock: Clock, over: Partial<Session> = {}): Session {
  const never = (): Promise<never> => Promise.reject(new Error('no effect is expected'));
  return {
    mode: 'read',
    http: { refusal: () => Promise.resolve('nothing is allowed'), request: never },
    effects: { change: never, exec: never, http: never },
    clock,
    classifyExec: () => ({ type: 'change', reason: 'the test says so' }),
    followMs: 0,
    ...over,
  };
}

export function scriptRequest(script: string, clock: Clock, over: Partial<ScriptRequest> = {}): ScriptRequest {
  return { script, variables: {}, session: bareSession(clock), limits, signal: new AbortController().signal, ...over };
}

/** A door that keeps what it was called with and answers by `answer`. */
export function recordingDoor(
  name: string,
  answer: (argv: readonly string[], stdin: string) => string = () => '',
): Door & { calls: string[][] } {
  const calls: string[][] = [];
  return {
    name,
    calls,
    run({ argv, stdin, out }) {
      calls.push([name, ...argv]);
      out(answer(argv, stdin));
      return Promise.resolve(0);
    },
  };
}
