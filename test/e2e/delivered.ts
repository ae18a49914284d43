import { expect } from 'vitest';
import { z } from 'zod';
import { drawContextFor } from '../../src/chat/draw-context.ts';
import type { DrawSources } from '../../src/chat/draw-context.ts';
import { drawMessage } from '../../src/chat/views/draw.ts';
import { effectKey, openingViews } from '../../src/incidents/change.ts';
import { livingViews } from '../../src/incidents/incident.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { readRunbookSteps } from '../../src/reading/read-step.ts';
import { createRunbookLibrary, loadRunbooks } from '../../src/runbooks/library.ts';
import { drawMessage as drawBlocks, drawPlain } from '../../src/slack/render/message.ts';
import { verifyChain } from '../../src/timeline/chain.ts';
import { runbooksDir } from '../support/world.ts';
import type { DeliveryWorld } from './delivery-world.ts';

const seen = z.object({
  ts: z.string(),
  thread_ts: z.string().optional(),
  text: z.string(),
  blocks: z.array(z.unknown()).default([]),
  metadata: z.object({ event_payload: z.object({ k: z.string() }) }).optional(),
});
type Seen = z.infer<typeof seen>;
const page = z.object({
  ok: z.literal(true),
  messages: z.array(seen),
  response_metadata: z.object({ next_cursor: z.string() }).optional(),
});

const runbooks = createRunbookLibrary((await loadRunbooks(runbooksDir, { log: silentLog })).runbooks);

/** A message of the bot as Slack's own API tells it. */
type Delivered = { key: string; channel: string; ts: string; threadTs?: string; text: string; blocks: readonly unknown[] };

async function read(world: DeliveryWorld, method: string, args: Readonly<Record<string, string>>): Promise<readonly Seen[]> {
  const found: Seen[] = [];
  let cursor = '';
  do {
    // A minute later the limit of the method is a fresh one.
    if (world.workspace.stats.calls(method) % 40 === 39) world.clock.advance(60_000);
    const response = await fetch(new URL(method, world.slackApiUrl), {
      method: 'POST',
      headers: { authorization: `Bearer ${world.workspace.seed.app.botToken}` },
      body: new URLSearchParams({ ...args, cursor, include_all_metadata: 'true', limit: '200' }),
    });
    const { messages, response_metadata } = page.parse(await response.json());
    found.push(...messages);
    cursor = response_metadata?.next_cursor ?? '';
  } while (cursor !== '');
  return found;
}

/** Everything with our key in the channels that the bot is in, threads included. */
export async function deliveredIn(world: DeliveryWorld): Promise<readonly Delivered[]> {
  world.clock.advance(60_000);
  const all = new Map<string, Delivered>();
  const { channels, app } = world.workspace.seed;
  const joined = channels.map(({ id }) => id).filter((id) => world.workspace.channel(id).members().includes(app.botUserId));
  for (const channel of joined) {
    const timeline = await read(world, 'conversations.history', { channel });
    const roots = timeline.filter(({ ts, thread_ts }) => thread_ts === ts);
    const threads: Seen[] = [];
    for (const { ts } of roots) threads.push(...(await read(world, 'conversations.replies', { channel, ts })));
    for (const { ts, thread_ts: threadTs, text, blocks, metadata } of [...timeline, ...threads]) {
      if (metadata === undefined) continue;
      const { k: key } = metadata.event_payload;
      all.set(`${channel} ${ts}`, { key, channel, ts, text, blocks, ...(threadTs === undefined || threadTs === ts ? {} : { threadTs }) });
    }
  }
  return [...all.values()];
}

const toldKinds = ['acknowledged', 'note', 'update', 'alerts_cleared', 'resolved'];

/** The keys of what an incident that was told whole has to have in Slack. */
async function expectedKeys(world: DeliveryWorld, incident: Incident): Promise<readonly string[]> {
  const entries = await world.store.timeline.read(incident.id);
  const told = entries.filter(({ kind }) => toldKinds.includes(kind));
  expect(told.map(({ kind }) => kind)).toEqual(toldKinds);
  // A call to those on call is left out when it is answered, or followed by another, before it could go out.
  const called = entries
    .filter(({ kind }) => kind === 'escalated')
    .map(({ seq }) => effectKey(incident, { type: 'entry', seq, broadcast: false, to: 'oncall' }));
  const posted = await Promise.all(called.map(async (key) => ((await world.store.outbox.get(key))?.posted === undefined ? [] : [key])));
  const views = [...openingViews(incident), ...told.map(({ seq }) => ({ type: 'entry', seq, broadcast: false }) as const)];
  return [...views.map((view) => effectKey(incident, view)), ...posted.flat()];
}

/** Every message of every incident once, at its newest, in its thread, at the allowed pace; nothing given up or left over; each chain whole. */
export async function expectAllDelivered(world: DeliveryWorld, options: { mostPerSecond?: number } = {}): Promise<readonly Delivered[]> {
  const incidents = await world.store.incidents.list({ limit: 100 });
  const delivered = await deliveredIn(world);
  const expected = await Promise.all(incidents.map((incident) => expectedKeys(world, incident)));
  expect(delivered.map(({ key }) => key).toSorted()).toEqual(expected.flat().toSorted());
  const { idle: _idle, ...unfinished } = await world.store.outbox.counts();
  expect(unfinished).toEqual({ due: 0, sending: 0, ambiguous: 0, dead: 0 });
  for (const incident of incidents) {
    expect(verifyChain(incident.id, await world.store.timeline.read(incident.id), incident.timeline)).toMatchObject({ ok: true });
    expectThread(delivered, incident);
    await expectNewest(world, delivered, incident);
  }
  for (const channel of ['#incidents', '#oncall']) {
    expect(world.workspace.stats.posts(channel).mostPerSecond).toBeLessThanOrEqual(options.mostPerSecond ?? 1);
  }
  return delivered;
}

function expectThread(delivered: readonly Delivered[], incident: Incident): void {
  const card = delivered.find(({ key }) => key === effectKey(incident, { type: 'card' }));
  const replies = delivered.filter(
    ({ key, channel }) => key.startsWith(`${incident.id}:`) && channel === card?.channel && key !== card.key,
  );
  expect(incident.thread).toEqual({ channel: card?.channel, ts: card?.ts });
  expect(card?.threadTs).toBeUndefined();
  for (const reply of replies) {
    expect(reply.threadTs).toBe(card?.ts);
    expect(Number(reply.ts)).toBeGreaterThan(Number(card?.ts));
  }
}

/** The cards of these stories show no steps' values. */
const steps: DrawSources['steps'] = { read: (runbook) => readRunbookSteps(runbook), offers: () => Promise.resolve([]) };

async function expectNewest(world: DeliveryWorld, delivered: readonly Delivered[], incident: Incident): Promise<void> {
  const { channel = '', ts = '' } = incident.thread ?? {};
  const thread = new URL(`/archives/${channel}/p${ts.replace('.', '')}`, world.slackApiUrl).href;
  const context = await drawContextFor(
    { ...world.store, runbooks, clock: world.clock, command: '/incident', steps, linksFor: () => ({ thread }) },
    incident,
  );
  for (const type of livingViews) {
    const message = await world.store.outbox.get(effectKey(incident, { type }));
    if (message === undefined) continue;
    const shown = delivered.find(({ key }) => key === message.key);
    expect(message.sent).toBe(message.wanted);
    const content = drawMessage({ type }, context);
    // What Slack refused to take whole is there as text.
    if (shown?.blocks.length === 0) expect(shown.text).toBe(drawPlain(content).text);
    else expect(wordsOf(shown?.blocks)).toEqual(wordsOf(drawBlocks(content).blocks));
  }
}

/** Every text and address in the blocks, without ids that Slack adds. */
function wordsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(wordsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    ['text', 'url', 'action_id'].includes(key) && typeof inner === 'string' ? [inner] : wordsOf(inner),
  );
}
