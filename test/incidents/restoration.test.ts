import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { textOf } from '../../src/export/entry-parts.ts';
import { changeIncident } from '../../src/incidents/change.ts';
import { executionsOf } from '../../src/incidents/execution.ts';
import type { Execution, ExecutionState } from '../../src/incidents/execution.ts';
import { mayHaveLivedBefore, noteRestoration } from '../../src/incidents/restoration.ts';
import { addMs, toInstant } from '../../src/kernel/instant.ts';
import { ana, createTestDesk, testStart } from '../support/desk.ts';
import type { TestDesk } from '../support/desk.ts';
import { exampleExecutionId } from '../support/execution-examples.ts';

const start = toInstant(testStart);
const hourMs = 3_600_000;
const restoration = { takenAt: addMs(start, hourMs), restoredAt: addMs(start, 2 * hourMs) };

let desk: TestDesk;
beforeEach(() => {
  desk = createTestDesk();
});
afterEach(() => desk.store.close());

function execution(number: number, state: ExecutionState, type: Execution['type'] = 'mitigation'): Execution {
  return {
    number,
    id: exampleExecutionId(`exe_${number}`),
    type,
    state,
    title: 'Scale up',
    requestedBy: ana,
    requestedAt: start,
    finding: '',
    risk: 'medium',
    namespaces: ['video'],
    targets: ['deployment/gpu-worker'],
    quorum: 1,
    votes: [],
    token: 1,
    lease: { owner: 'gone', token: 1, until: start },
    dueAt: start,
  };
}

describe('an incident in a restored store', () => {
  it('ends what was under way, so that an approved change is never made a second time, and says what is missing', async () => {
    const incident = await desk.open({ severity: 'critical' });
    const before = [
      execution(1, 'applied'),
      execution(2, 'proposed'),
      execution(3, 'approved'),
      execution(4, 'applying'),
      execution(5, 'running', 'diagnostic'),
    ];
    await changeIncident(desk.change, incident.id, {
      decide: () => ({ type: 'change', set: { executions: before }, entries: [], redraw: [], reason: 'set up' }),
    });
    await noteRestoration(desk.change, { id: incident.id, restoration });
    const after = await desk.fresh(incident);
    expect(executionsOf(after).map(({ state, dueAt, lease }) => [state, dueAt, lease])).toEqual([
      ['applied', start, before[0]?.lease],
      ['unknown', undefined, undefined],
      ['unknown', undefined, undefined],
      ['unknown', undefined, undefined],
      ['failed', undefined, undefined],
    ]);
    await desk.relay();
    const last = (await desk.store.timeline.read(incident.id)).at(-1);
    expect(last === undefined ? '' : textOf(last)).toMatch(
      /^Tocsin was restored from a backup of \d{4}-\d\d-\d\d \d\d:\d\d UTC\. .* Nobody knows whether #2, #3, #4 happened: look at the objects/,
    );
  });

  it('is told once, however often the restore is repeated', async () => {
    const incident = await desk.open({ severity: 'critical' });
    await noteRestoration(desk.change, { id: incident.id, restoration });
    const again = await noteRestoration(desk.change, {
      id: incident.id,
      restoration: { ...restoration, restoredAt: addMs(start, 3 * hourMs) },
    });
    expect(again.outcome).toBe('unchanged');
  });

  it('may have had a life in the lost time, unless all of it began afterwards', async () => {
    expect(mayHaveLivedBefore(await desk.open({ severity: 'critical' }), restoration)).toBe(true);
    desk.clock.advance(5 * hourMs);
    expect(mayHaveLivedBefore(await desk.open({ severity: 'critical' }), restoration)).toBe(false);
  });
});
