import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Incident } from '../../src/incidents/incident.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { measureIncident, readNumber } from '../../src/measures/measure-incident.ts';
import type { QueryResult } from '../../src/measures/ports.ts';
import { parseRunbook } from '../../src/runbooks/parse.ts';
import { runDueWork } from '../../src/schedule/due-work.ts';
import { createTestDesk } from '../support/desk.ts';
import type { TestDesk } from '../support/desk.ts';

const path = 'video-processing-error-budget.md';
const seed = parseRunbook({ path, text: readFileSync(new URL(`../../runbooks/${path}`, import.meta.url), 'utf8') });
const bare = parseRunbook({ path: 'bare.md', text: '# Bare\n\nNothing to measure.\n' });
const link = (runbook: typeof seed) => ({ path: runbook.path, title: runbook.title, digest: runbook.digest, matchedBy: 'title' });
const samples = (...values: number[]): QueryResult => ({
  type: 'samples',
  samples: values.map((value) => ({ labels: {}, value })),
  warnings: [],
});

let desk: TestDesk;
beforeEach(() => {
  desk = createTestDesk();
});
afterEach(() => desk.store.close());

async function measured(incident: Incident, answer: QueryResult | undefined, asked: string[] = []): Promise<Incident> {
  const metrics = { query: async (promql: string) => (asked.push(promql), answer ?? samples()) };
  await measureIncident(
    {
      change: desk.change,
      runbooks: { find: ({ path: wanted }) => [seed, bare].find((runbook) => runbook.path === wanted) },
      ...(answer === undefined ? {} : { metrics }),
    },
    incident,
  );
  return desk.fresh(incident);
}

describe('the measure of an incident', () => {
  it("is what the runbook's own query says", async () => {
    const asked: string[] = [];
    const { measurement } = await measured(await desk.open({ runbook: link(seed) }), samples(7.42), asked);
    expect(asked).toEqual(['sum(rate(video_processing_errors_total[1h]))/sum(rate(video_processing_total[1h]))*100']);
    expect(measurement).toMatchObject({ label: 'Current error rate', unit: '%', value: 7.42 });
  });

  it('is said to be missing, with the reason, when nobody can be asked or nothing is known', async () => {
    expect((await measured(await desk.open({ runbook: link(seed) }), undefined)).measurement?.problem).toContain(
      'no Prometheus is configured',
    );
    expect((await measured(await desk.open({ runbook: link(seed) }), samples())).measurement).toMatchObject({
      problem: 'Prometheus has no data for this query',
    });
  });

  it('is not asked for again where the runbook has no query for it', async () => {
    const incident = await desk.open({ runbook: link(bare) });
    expect(incident.due.measure).toBeDefined();
    expect((await measured(incident, samples(1))).due.measure).toBeUndefined();
  });

  it.each([
    [samples(1, 2), '2 series'],
    [samples(Number.NaN), 'answered NaN'],
    [samples(Number.POSITIVE_INFINITY), 'answered Infinity'],
    [{ type: 'failed', reason: 'it is down', retryable: true } as const, 'it is down'],
  ])('is no number when the answer is %j', (result, problem) => {
    expect(readNumber(result)).toMatchObject({ problem: expect.stringContaining(problem) });
  });
});

describe('due work', () => {
  it('runs what is due once, again after its time, and goes on when a task fails', async () => {
    const incident = await desk.open({ runbook: link(seed) });
    const ran: number[] = [];
    const tasks = {
      measure: { nextInMs: 60_000, run: async ({ number }: Incident) => void ran.push(number) },
      resolve: { nextInMs: 60_000, run: () => Promise.reject(new Error('never due here')) },
      executions: { nextInMs: 60_000, run: () => Promise.reject(new Error('never due here')) },
      escalate: { nextInMs: 60_000, run: () => Promise.reject(new Error('never due here')) },
    };
    const deps = { change: desk.change, tasks, log: silentLog };
    expect(await runDueWork(deps)).toBe(1);
    expect(await runDueWork(deps)).toBe(0);
    desk.clock.advance(60_000);
    const failing = { ...deps, tasks: { ...tasks, measure: { nextInMs: 60_000, run: () => Promise.reject(new Error('no')) } } };
    expect(await runDueWork(failing)).toBe(0);
    desk.clock.advance(60_000);
    expect(await runDueWork(deps)).toBe(1);
    expect(ran).toEqual([incident.number, incident.number]);
  });
});
