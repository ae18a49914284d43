import { describe, expect, it } from 'vitest';
import type { ScriptResult } from '../../src/interpreter/script.ts';
import { toInstant } from '../../src/kernel/instant.ts';
import { findingOf } from '../../src/operations/finding.ts';
import { scriptEnd } from '../../src/operations/script-end.ts';

const output = (head: string) => ({ head, tail: '', droppedBytes: 0 });

function result(stdout: string, more: { stderr?: string; exitCode?: number; calls?: readonly number[] } = {}): ScriptResult {
  const { stderr = '', exitCode = 0, calls = [0] } = more;
  return {
    exitCode,
    stdout: output(stdout),
    stderr: output(stderr),
    combined: output(stdout + stderr),
    calls: calls.map((code) => ({ argv: ['kubectl'], startedAt: toInstant(new Date(0)), exitCode: code })),
    ended: 'finished',
    refusals: [],
    elapsedMs: 1,
  };
}

function say(text: string, ran: ScriptResult): { isGood: boolean; finding: string } {
  const end = scriptEnd(text, ran);
  return { isGood: end.isGood, finding: findingOf(ran, end, []) };
}

const pods = `NAME    READY   STATUS             RESTARTS      AGE
web-1   1/1     Running            0             26h
web-2   0/1     CrashLoopBackOff   7 (10s ago)   26h
job-1   0/1     Completed          0             26h
`;

describe('the one line about a run', () => {
  it.each<[string, string, ScriptResult, { isGood: boolean; finding: string }]>([
    ['a table of pods', 'kubectl get pods', result(pods), { isGood: true, finding: '3 pods, 1 not ready: web-2 (CrashLoopBackOff)' }],
    ['a search without a hit', 'kubectl logs web | grep ERROR', result('', { exitCode: 1 }), { isGood: true, finding: 'no line matches' }],
    [
      'a search in what could not be read',
      'kubectl logs web | grep ERROR',
      result('', { exitCode: 1, stderr: 'error: no pod\n', calls: [1] }),
      { isGood: false, finding: 'error: no pod' },
    ],
    [
      'a condition that does not hold',
      'kubectl get pods; test 1 = 2',
      result('', { exitCode: 1 }),
      { isGood: false, finding: 'exit status 1' },
    ],
    [
      'a failure before the last command',
      'kubectl get a\nkubectl get b',
      result('b\n', { stderr: 'Error from server (NotFound): a\nnote: b\n', calls: [1, 0] }),
      { isGood: false, finding: '1 of 2 commands failed: Error from server (NotFound): a' },
    ],
    [
      'a failure that the script deals with',
      'kubectl get a || echo none',
      result('none\n', { stderr: 'Error\n', calls: [1] }),
      { isGood: true, finding: 'none' },
    ],
    ['nothing', 'true', result('', { calls: [] }), { isGood: true, finding: 'nothing printed' }],
    ['many lines', 'kubectl logs web', result('a\nb\nc\n'), { isGood: true, finding: '3 lines, the last: c' }],
  ])('%s', (...[, text, ran, expected]) => {
    expect(say(text, ran)).toEqual(expected);
  });
});
