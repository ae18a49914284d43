import { describe, expect, it } from 'vitest';
import { createCurlDoor } from '../../../src/doors/curl/door.ts';
import { createWatchDoor, type RunInner } from '../../../src/doors/watch/door.ts';
import { createRunInner } from '../../../src/interpreter/run-inner.ts';
import { createScriptWorkers } from '../../../src/interpreter/workers.ts';
import { limits } from '../../interpreter/support.ts';
import { createOutside, runDoor } from '../curl/support.ts';

/** Answers one text after the other, and moves the clock as if the waits went by. */
function series(outputs: readonly string[], clock: { advance(ms: number): void }, exitCode = 0): { runInner: RunInner; scripts: string[] } {
  const scripts: string[] = [];
  return {
    scripts,
    runInner(script) {
      const output = outputs[Math.min(scripts.length, outputs.length - 1)] ?? '';
      scripts.push(script);
      queueMicrotask(() => setImmediate(() => clock.advance(30_000)));
      return Promise.resolve({ exitCode, output });
    },
  };
}

describe('watch', () => {
  it('repeats until its time is over, and writes what changed with its time', async () => {
    const { session, clock } = createOutside();
    const { runInner, scripts } = series(['1\n', '1\n', '2\n'], clock);
    const said = await runDoor(createWatchDoor(runInner), ['-n', '30', 'curl -s "x"'], { session });
    expect(scripts).toEqual(['curl -s "x"', 'curl -s "x"', 'curl -s "x"']);
    expect(said).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: 'Every 30.0s: curl -s "x"    10:00:00 UTC\n1\n\nEvery 30.0s: curl -s "x"    10:01:00 UTC\n2\n',
    });
  });

  it('runs once in a plan', async () => {
    const { session, clock } = createOutside();
    const { runInner, scripts } = series(['1\n'], clock);
    await runDoor(createWatchDoor(runInner), ['-n30', '-t', 'kubectl', 'get', 'pods'], { session: { ...session, mode: 'plan' } });
    expect(scripts).toEqual(['kubectl get pods']);
  });

  it('ends with -e at the first failure, and joins words as watch does', async () => {
    const { session, clock } = createOutside();
    const { runInner } = series(['no'], clock, 3);
    expect(await runDoor(createWatchDoor(runInner), ['-e', 'false'], { session })).toMatchObject({ exitCode: 3 });
  });

  it.each([
    [[], 'no command given'],
    [['-n'], 'failed to parse argument'],
    [['-n', 'x', 'ls'], 'failed to parse argument'],
    [['--nonsense', 'ls'], 'unrecognized option'],
  ])('%j is refused', async (argv, message) => {
    const { session, clock } = createOutside();
    const { runInner, scripts } = series([''], clock);
    expect(await runDoor(createWatchDoor(runInner), argv, { session })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(message),
    });
    expect(scripts).toEqual([]);
  });

  it('runs its line in the interpreter', async () => {
    const { session, clock, asked } = createOutside();
    const workers = createScriptWorkers({ max: 1, keep: 1 });
    const watch = createWatchDoor(createRunInner([createCurlDoor()], limits, { clock, workers }));
    const line = 'curl -s "http://prometheus:9090/api/v1/query?query=rate(x[5m])/rate(y[5m])*100" | head -c 5';
    const said = await runDoor(watch, ['-n', '30', line], { session: { ...session, followMs: 0 } });
    await workers.close();
    expect(asked).toMatchObject([{ promql: 'rate(x[5m])/rate(y[5m])*100' }]);
    expect(said.stdout).toContain('{"sta');
  });
});
