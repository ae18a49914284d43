import assert from 'node:assert/strict';
import { createWatchDoor } from '../../../src/doors/watch/door.ts';
import { createRunInner } from '../../../src/interpreter/run-inner.ts';
import { runScript } from '../../../src/interpreter/run-script.ts';
import { createScriptWorkers } from '../../../src/interpreter/workers.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { limits, recordingDoor, scriptRequest } from '../../interpreter/support.ts';
import { createTarget } from '../engine/target.ts';
import { commandLine } from '../given/commands.ts';

const small = { ...limits, maxBytes: 200_000, keptBytes: 4096, maxLoopIterations: 200, timeoutMs: 20_000 };

/** Sleeps take no time here: what a script waits for is not what is asked. */
const clock = {
  now: () => systemClock.now(),
  sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(signal === undefined ? 0 : ms, signal),
};

export const scripts = createTarget({
  name: 'scripts',
  promises: 'any script ends, within its limits, says why when it was stopped, and reaches nothing but its doors',
  share: 6,
  given: commandLine,
  open: () => createScriptWorkers({ max: 2, keep: 2 }),
  async run(script, workers) {
    const doors = ['kubectl', 'oc', 'curl', 'wget'].map((name) => recordingDoor(name, () => 'a\nb\n'));
    const watch = createWatchDoor(createRunInner(doors, small, { clock, workers }));
    const result = await runScript([...doors, watch], scriptRequest(script, clock, { limits: small }), { clock, workers });
    assert.ok(Number.isInteger(result.exitCode) && result.exitCode >= 0 && result.exitCode <= 255, `exit status ${result.exitCode}`);
    for (const { head, tail } of [result.stdout, result.stderr]) assert.ok(Buffer.byteLength(head + tail) <= small.keptBytes * 2);
    if (result.ended === 'stopped') assert.notEqual((result.problem ?? '').trim(), '');
    const said = result.combined.head + result.combined.tail;
    assert.doesNotMatch(said, /:x:0:0:|node:internal|\bat .+\.(?:ts|js):\d+:\d+/);
  },
  close: async (workers) => workers.close(),
});
