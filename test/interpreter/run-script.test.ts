import { afterAll, describe, expect, it } from 'vitest';
import { createReadEffects } from '../../src/doors/effects.ts';
import type { Door } from '../../src/doors/session.ts';
import { runScript } from '../../src/interpreter/run-script.ts';
import { createScriptWorkers } from '../../src/interpreter/workers.ts';
import { createManualClock } from '../../src/kernel/clock.ts';
import { bareSession, limits, recordingDoor, scriptRequest } from './support.ts';

const workers = createScriptWorkers({ max: 2, keep: 2 });
afterAll(() => workers.close());

const start = new Date('2026-03-01T10:00:00Z');

/** Writes an error, then text; ends only when it is told to if asked to hang. */
const talking: Door = {
  name: 'kubectl',
  async run({ argv, out, err, signal }) {
    err(`warning ${argv.join(' ')}\n`);
    out(`text ${argv.join(' ')}\n`);
    if (argv.includes('hang')) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    return argv.includes('fail') ? 3 : 0;
  },
};

describe('output', () => {
  it('leaves nothing behind that waits: a process that has done its run can end', async () => {
    const clock = createManualClock(start);
    await runScript([talking], scriptRequest('kubectl a', clock), { clock, workers });
    expect(clock.advanceToNext()).toBe(false);
  });

  it('puts both streams together as a terminal shows them, and keeps the exit status', async () => {
    const clock = createManualClock(start);
    const script = 'echo one; kubectl a fail; echo "status $?"; for i in 1 2; do echo "== $i"; kubectl "$i"; done; exit 7';
    const result = await runScript([talking], scriptRequest(script, clock), { clock, workers });
    expect(result.combined.head.split('\n')).toEqual([
      'one',
      'warning a fail',
      'text a fail',
      'status 3',
      '== 1',
      'warning 1',
      'text 1',
      '== 2',
      'warning 2',
      'text 2',
      '',
    ]);
    expect(result).toMatchObject({ exitCode: 7, ended: 'finished' });
  });

  it('keeps errexit as it is in bash', async () => {
    const clock = createManualClock(start);
    const script = 'set -e; false || true; ! true; if false; then :; fi; echo alive; kubectl fail; echo never';
    const result = await runScript([talking], scriptRequest(script, clock), { clock, workers });
    expect(result).toMatchObject({ exitCode: 3, stdout: { head: 'alive\ntext fail\n' } });
  });

  it('keeps the beginning and the end of what is too long, and counts the rest', async () => {
    const clock = createManualClock(start);
    const door = recordingDoor('kubectl', () => `first\n${'x'.repeat(5000)}\nlast\n`);
    const request = scriptRequest('kubectl get', clock, { limits: { ...limits, keptBytes: 1000 } });
    const { stdout } = await runScript([door], request, { clock, workers });
    expect(stdout.head).toMatch(/^first\nx+$/);
    expect(stdout.tail).toMatch(/^x+\nlast\n$/);
    expect(stdout.head.length + stdout.tail.length + stdout.droppedBytes).toBe(5012);
  });

  it('stops a door that writes too much', async () => {
    const clock = createManualClock(start);
    const door = recordingDoor('kubectl', () => 'y'.repeat(2_000_000));
    const result = await runScript([door], scriptRequest('kubectl logs x', clock), { clock, workers });
    expect(result).toMatchObject({ ended: 'stopped', problem: expect.stringContaining('wrote more than 976 KB') });
  });
});

describe('time', () => {
  it('stops at its limit by the clock, tells the door, and shows what there was', async () => {
    const clock = createManualClock(start);
    const calls: string[] = [];
    const request = scriptRequest('echo a; kubectl logs hang; echo b', clock, {
      onProgress: (progress) => {
        calls.push(...progress.calls.map(({ argv }) => argv.join(' ')));
        if (progress.calls.length > 0) clock.advance(60_000);
      },
    });
    const result = await runScript([talking], request, { clock, workers });
    expect(result).toMatchObject({ ended: 'stopped', exitCode: 124, problem: expect.stringContaining('after 60 s') });
    expect(result.calls).toHaveLength(1);
    expect(calls).toContain('kubectl logs hang');
  });

  it('is cancelled from outside', async () => {
    const clock = createManualClock(start);
    const controller = new AbortController();
    const request = scriptRequest('kubectl logs hang', clock, { signal: controller.signal, onProgress: () => controller.abort() });
    expect(await runScript([talking], request, { clock, workers })).toMatchObject({
      ended: 'stopped',
      exitCode: 130,
      problem: 'The run was cancelled.',
    });
  });

  it('takes date and sleep from the clock, and does not sleep in a plan', async () => {
    const clock = createManualClock(start);
    const session = bareSession(clock, { mode: 'plan' });
    const script = 'date +%FT%TZ; sleep 3600; date -u -d "1 hour ago" +%H:%M; date -d "2026-02-28 12:00 + 1 day" +%s; date -d nonsense';
    const result = await runScript([], scriptRequest(script, clock, { session }), { clock, workers });
    expect(result.stdout.head).toBe('2026-03-01T10:00:00Z\n09:00\n1772366400\n');
    expect(result.stderr.head).toBe("date: invalid date 'nonsense'\n");
  });
});

describe('effects', () => {
  it('names what the session refused', async () => {
    const clock = createManualClock(start);
    const door: Door = {
      name: 'kubectl',
      async run(_, session) {
        await session.effects.http(
          { type: 'http', method: 'POST', url: 'http://api/x', headers: {} },
          { signal: AbortSignal.abort(), onOutput: () => undefined },
        );
        return 0;
      },
    };
    const session = bareSession(clock, { effects: createReadEffects() });
    const result = await runScript([door], scriptRequest('kubectl x || echo refused', clock, { session }), { clock, workers });
    expect(result.refusals).toEqual([expect.stringContaining('POST api may change something')]);
    expect(result.stdout.head).toBe('refused\n');
  });

  it('after a stop no further change begins', async () => {
    const clock = createManualClock(start);
    const controller = new AbortController();
    let later: Promise<unknown> = Promise.resolve();
    const door: Door = {
      name: 'kubectl',
      run(_, session) {
        controller.abort();
        later = session.effects.http(
          { type: 'http', method: 'POST', url: 'http://api/x', headers: {} },
          { signal: controller.signal, onOutput: () => undefined },
        );
        return later.then(() => 0);
      },
    };
    await runScript([door], scriptRequest('kubectl x', clock, { signal: controller.signal }), { clock, workers });
    await expect(later).rejects.toThrow('The run was stopped');
  });
});
