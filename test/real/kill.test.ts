import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as realTime } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Incident } from '../../src/incidents/incident.ts';
import { toInstant } from '../../src/kernel/instant.ts';
import { silentLog } from '../../src/kernel/log.ts';
import type { OutboxMessage } from '../../src/outbox/message.ts';
import { createSimulatedPrometheus } from '../../src/simulator/prometheus/server.ts';
import type { SimulatedPrometheus } from '../../src/simulator/prometheus/server.ts';
import { exampleWorkspace } from '../../src/simulator/slack/example-workspace.ts';
import type { ListeningWorkspace, SeenMessage, SlackWorkspace } from '../../src/simulator/slack/workspace-types.ts';
import { createSlackWorkspace } from '../../src/simulator/slack/workspace.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { verifyChain } from '../../src/timeline/chain.ts';
import { createScaledClock } from '../support/scaled-clock.ts';
import { notification, seedAlert, webhookToken } from '../support/world.ts';
import type { TestAlert } from '../support/world.ts';
import { createVictim } from './kill/victim.ts';
import type { Victim } from './kill/victim.ts';

const kills = Number(process.env['TOCSIN_KILLS'] ?? 50);
const speed = 10;
const seed = Number(process.env['TOCSIN_SEED'] ?? Date.now() % 1_000_000);

/** Random numbers that the printed seed brings back (mulberry32). */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

let folder = '';
let workspace: SlackWorkspace;
let page: ListeningWorkspace;
let prometheus: SimulatedPrometheus;
let victim: Victim;
let storeUrl = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-kill-'));
  storeUrl = `file:${join(folder, 'tocsin.db')}`;
  const epochMs = Date.now();
  const clock = createScaledClock({ epochMs, speed });
  workspace = await createSlackWorkspace({ ...exampleWorkspace(), clock, log: silentLog });
  page = await workspace.listen({ port: 0 });
  prometheus = createSimulatedPrometheus({ clock });
  const { url: prometheusUrl } = await prometheus.listen();
  victim = createVictim({
    folder,
    order: { storeUrl, slackApiUrl: page.apiUrl, prometheusUrl, epochMs, speed },
    started: ({ slackUrl }) => workspace.setRequestUrl(slackUrl),
  });
});

afterAll(async () => {
  await victim.kill();
  await page.close();
  await workspace.close();
  await prometheus.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Posts as Alertmanager does: again and again until it is taken. Undefined when the story is over before. */
async function deliver(alert: TestAlert, over: () => boolean): Promise<boolean> {
  while (!over()) {
    const address = victim.addresses()?.webhookUrl;
    const status = address === undefined ? 0 : await post(address, notification([alert]));
    if (status === 200) return true;
    await realTime(20);
  }
  return false;
}

async function post(address: string, body: string): Promise<number> {
  try {
    const headers = { Authorization: `Bearer ${webhookToken}`, 'Content-Type': 'application/json' };
    const response = await fetch(address, { method: 'POST', headers, body });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}

type Story = { alerts: string[]; declared: string[]; noted: string[]; tried: string[] };

/**
 * Incident after incident of the seed's story, until enough processes have died. Only what the bot acknowledged is written down as done.
 * At most two rounds a death: however fast the machine, Slack's pace must be able to carry what was opened.
 */
async function tellStory(store: Store, deaths: () => number): Promise<Story> {
  const over = () => deaths() >= kills;
  const story: Story = { alerts: [], declared: [], noted: [], tried: [] };
  for (let round = 1; !over(); round += 1) {
    while (!over() && round > 2 * (deaths() + 1)) await realTime(20);
    const fingerprint = round.toString(16).padStart(16, '0');
    const startsAt = new Date(Date.now()).toISOString();
    const alert: TestAlert = { ...seedAlert, labels: { ...seedAlert.labels, service: `service-${round}` }, fingerprint, startsAt };
    if (await deliver(alert, over)) story.alerts.push(fingerprint);
    const declared = `Declared by hand ${round}`;
    await workspace.person('chloe').types('#incidents', `/incident declare warning ${declared}`);
    if (answerTo(declared)?.responseBody?.includes('You declared') === true) story.declared.push(declared);
    const card = workspace.channel('#incidents').messages().findLast(isFromBot);
    // In a thread that the bot does not know yet, the right answer is a question.
    if (card !== undefined && (await store.incidents.getByThread(card.channel, card.ts)) !== undefined) {
      const note = `note-${round}.`;
      story.tried.push(note);
      await workspace.person('ben').types('#incidents', `@tocsin note ${note}`, { thread: card.ts });
      if (answerTo(note)?.status === 200) story.noted.push(note);
    }
    await deliver({ ...alert, status: 'resolved', endsAt: new Date(Date.parse(startsAt) + 60_000).toISOString() }, over);
  }
  return story;
}

/** The last request to the bot that carried the text, with its answer. */
const answerTo = (text: string) =>
  workspace.deliveries().findLast(({ body }) => body.includes(text) || body.includes(encodeURIComponent(text).replaceAll('%20', '+')));

const isFromBot = ({ user }: SeenMessage) => user === workspace.seed.app.botUserId;

/** Every message of the bot in a channel and its threads. */
function postsIn(name: string): readonly SeenMessage[] {
  const channel = workspace.channel(name);
  const all = channel.messages().flatMap((root) => [root, ...channel.thread(root.ts)]);
  return [...new Map(all.map((message) => [message.ts, message])).values()].filter(isFromBot);
}

/** Waits until nothing is left to do in the store; gives up when for two minutes nothing got less. */
async function untilAtRest(store: Store): Promise<void> {
  let least = Number.POSITIVE_INFINITY;
  let giveUp = 0;
  for (;;) {
    const [deliveries, pending, outbox] = await Promise.all([
      store.deliveries.counts(),
      store.incidents.listPending(1),
      store.outbox.counts(),
    ]);
    const left = deliveries.waiting + pending.length + outbox.due + outbox.sending + outbox.ambiguous;
    if (left === 0) return;
    if (left < least) {
      least = left;
      giveUp = Date.now() + 120_000;
    }
    if (Date.now() > giveUp)
      throw new Error(
        `still at work: ${JSON.stringify({ deliveries, pending: pending.length, outbox, due: await store.outbox.listDue('incidents', toInstant(new Date('2100-01-01')), 5) }, undefined, 1)}`,
      );
    await realTime(200);
  }
}

async function outboxOf(store: Store, incident: Incident): Promise<readonly OutboxMessage[]> {
  const entries = Array.from({ length: incident.timeline.seq }, (_, index) => `entry:${index + 1}`);
  const rows = await Promise.all(
    ['card', 'oncall', 'alerts', 'runbook', 'brief', ...entries].map((view) => store.outbox.get(`${incident.id}:${view}`)),
  );
  return rows.filter((row) => row !== undefined);
}

const duplicatesOf = (items: readonly string[]) => items.filter((item, index) => items.indexOf(item) !== index);

describe(`a bot that is killed ${kills} times (TOCSIN_SEED=${seed})`, () => {
  it('loses nothing that it accepted and posts nothing twice', async () => {
    const random = randomFrom(seed);
    let killed = 0;
    const store = await openStore(storeUrl, { log: silentLog });
    onTestFinished(() => store.close());
    const story = tellStory(store, () => killed);
    while (killed < kills) {
      await victim.start();
      await realTime(random() * 800);
      await victim.kill();
      killed += 1;
    }
    await victim.start();
    const { alerts, declared, noted, tried } = await story;
    await untilAtRest(store);

    const incidents = await store.incidents.list({ limit: 10_000 });
    const rows = (await Promise.all(incidents.map((incident) => outboxOf(store, incident)))).flat();
    const posts = [...postsIn('#incidents'), ...postsIn('#oncall')];
    const figures = {
      seed,
      killed,
      accepted: alerts.length,
      declared: declared.length,
      noted: noted.length,
      incidents: incidents.length,
      posts: posts.length,
    };
    process.stdout.write(`${JSON.stringify(figures)}\n`);

    const lost = [];
    for (const fingerprint of alerts) {
      const alert = await store.alerts.latest(fingerprint);
      const incident = incidents.find(({ id }) => id === alert?.incidentId);
      if (incident?.alerts.filter((link) => link.fingerprint === fingerprint).length !== 1) lost.push(fingerprint);
    }
    expect(lost).toEqual([]);
    expect(declared.filter((title) => !incidents.some((incident) => incident.title === title))).toEqual([]);
    expect(duplicatesOf(incidents.flatMap(({ correlationKey }) => correlationKey ?? []))).toEqual([]);

    // Each message of the outbox is one message in Slack, and there are no others.
    expect(rows.filter(({ state, sent, wanted }) => state !== 'idle' || sent < wanted)).toEqual([]);
    expect(posts.map(({ ts, channel }) => `${channel} ${ts}`).sort()).toEqual(
      rows.map(({ posted }) => `${posted?.channel} ${posted?.ts}`).sort(),
    );
    expect(posts.filter(({ visibleText }) => visibleText.includes('(re-sent)'))).toEqual([]);

    const texts: string[] = [];
    for (const { id, timeline } of incidents) {
      const entries = await store.timeline.read(id);
      expect(verifyChain(id, entries, timeline)).toMatchObject({ ok: true });
      texts.push(
        ...entries.flatMap(({ parts }) =>
          parts.text !== undefined && 'value' in parts.text ? JSON.stringify(parts.text.value).slice(1, -1) : [],
        ),
      );
    }
    expect(noted.filter((note) => !texts.includes(note))).toEqual([]);
    expect(duplicatesOf(texts.filter((text) => tried.includes(text)))).toEqual([]);
    expect(alerts.length).toBeGreaterThan(kills / 10);
  }, 600_000);
});
