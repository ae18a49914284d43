import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { collectProcessMetrics } from '../../src/http/process-metrics.ts';
import type { ManualClock } from '../../src/kernel/clock.ts';
import { openStore } from '../../src/store/open-store.ts';
import { figureIn } from '../support/figures.ts';
import { seedAlert, startWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { behind, createGate } from './slow-store.ts';

let world: World;
afterEach(() => world.end());

const document = readFileSync(fileURLToPath(new URL('../../docs/METRICS.md', import.meta.url)), 'utf8');

const ask = (path: string) => fetch(new URL(path, world.tocsin().webhookUrl));
const scrape = async () => (await ask('/metrics')).text();

/** What the page says there is: name, type, and the names of the labels. */
function documented(): Map<string, { type: string; labels: string[] }> {
  const rows = [...document.matchAll(/^\| (`[^|]+`) \| (counter|gauge|histogram)\b/gm)];
  return new Map(
    rows.flatMap(([, cell = '', type = '']) =>
      [...cell.matchAll(/`(\w+)(?:\{([\w,]*)\})?`/g)].map(([, name = '', labels]) => [
        name,
        { type, labels: (labels ?? '').split(',').filter(Boolean).toSorted() },
      ]),
    ),
  );
}

/** What a scrape says there is; a metric without a series yet shows no labels. */
function scraped(text: string): Map<string, { type: string; help: string; labels: string[] | undefined }> {
  const found = new Map<string, { type: string; help: string; labels: string[] | undefined }>();
  for (const [, name = '', type = ''] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    const help = new RegExp(`^# HELP ${name} (.*)$`, 'm').exec(text)?.[1] ?? '';
    const series = new RegExp(`^${name}${type === 'histogram' ? '_count' : ''}(?:\\{(.*)\\})? `, 'm').exec(text);
    const labels = series === null ? undefined : [...(series[1] ?? '').matchAll(/(\w+)="/g)].map(([, label = '']) => label).toSorted();
    found.set(name, { type, help, labels });
  }
  return found;
}

/** The answer to a request, while time goes on. */
async function meanwhile<T>(clock: ManualClock, request: Promise<T>): Promise<T> {
  const done = { is: false };
  const answer = request.finally(() => {
    done.is = true;
  });
  while (!done.is) {
    clock.advance(500);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return answer;
}

describe('docs/METRICS.md', () => {
  it('has every metric of a running bot with its type and labels, and no other', async () => {
    world = await startWorld({
      host: () => ({ aboutProcess: (registry) => collectProcessMetrics(registry, { version: '0.1.0', node: 'v24' }) }),
    });
    await world.notify(seedAlert);
    const incidents = world.slack.channel('#incidents');
    await incidents.expectMessage(/INC-1/);
    const ana = world.slack.person('ana');
    await ana.types('/incident list', { in: incidents });
    await ana.seesOnlyToThem(/INC-1/);
    const there = scraped(await scrape());
    const page = documented();
    expect([...there.keys()].filter((name) => !page.has(name))).toEqual([]);
    expect([...page.keys()].filter((name) => !there.has(name))).toEqual([]);
    for (const [name, { type, help, labels }] of there) {
      expect({ name, type, labels: labels ?? page.get(name)?.labels }).toEqual({ name, ...page.get(name) });
      expect(help, name).not.toBe('');
    }
  });
});

describe('a scrape', () => {
  it('follows a story, and makes no label of what comes from outside', async () => {
    world = await startWorld();
    const words = 'team"} 1 <!channel>';
    await world.notify({ ...seedAlert, labels: { ...seedAlert.labels, alertname: words, service: words, odd_label: words } });
    const incidents = world.slack.channel('#incidents');
    await incidents.expectMessage(/INC-1/);
    const ana = world.slack.person('ana');
    await ana.types('/incident ack', { in: incidents });
    await ana.seesOnlyToThem(/acknowledged/);
    await ana.types(`/incident ${words}`, { in: incidents });
    await ana.seesOnlyToThem(/do not know/);
    const text = await scrape();
    expect(figureIn(text, 'tocsin_incidents_opened_total{severity="critical"}')).toBe(1);
    expect(figureIn(text, 'tocsin_incidents_open{state="acknowledged",severity="critical"}')).toBe(1);
    expect(figureIn(text, 'tocsin_deliveries_processed_total{outcome="done"}')).toBe(1);
    expect(figureIn(text, 'tocsin_commands_total{command="ack",way="typed",outcome="done"}')).toBe(1);
    expect(figureIn(text, 'tocsin_commands_total{command="unknown",way="typed",outcome="refused"}')).toBe(1);
    expect(figureIn(text, 'tocsin_slack_acknowledge_seconds_count{type="command"}')).toBe(2);
    expect(figureIn(text, 'tocsin_store_operation_seconds_count{operation="deliveries.append",outcome="ok"}')).toBe(1);
    expect(text).not.toContain('channel>');
    expect(text).not.toContain('odd_label');
  });

  it('and both probes answer while the store is silent: alive, not ready, and no old figures', async () => {
    const gate = createGate();
    world = await startWorld({ host: () => ({ openStore: async (...how) => behind(gate, await openStore(...how), 'all') }) });
    await world.notify(seedAlert);
    await world.slack.channel('#incidents').expectMessage(/INC-1/);
    expect((await ask('/readyz')).status).toBe(200);
    expect(figureIn(await scrape(), 'tocsin_store_up')).toBe(1);
    gate.close();
    expect((await ask('/healthz')).status).toBe(200);
    const [ready, text] = await meanwhile(world.clock, Promise.all([ask('/readyz'), scrape()]));
    expect(ready.status).toBe(503);
    expect(figureIn(text, 'tocsin_store_up')).toBe(0);
    expect(figureIn(text, 'tocsin_ingest_lag_seconds')).toBeNaN();
    expect(figureIn(text, 'tocsin_incidents_open{state="triggered",severity="critical"}')).toBeUndefined();
    expect(figureIn(text, 'tocsin_webhook_requests_total{outcome="accepted"}')).toBe(1);
    gate.open();
    expect((await ask('/readyz')).status).toBe(200);
  });
});
