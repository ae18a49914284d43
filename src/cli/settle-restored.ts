import { randomBytes } from 'node:crypto';
import { readTimeline } from '../export/read-timeline.ts';
import type { ChangeDeps } from '../incidents/change.ts';
import { openStates } from '../incidents/incident.ts';
import { nameOf } from '../incidents/incident.ts';
import type { Incident, IncidentId } from '../incidents/incident.ts';
import { noteRestoration } from '../incidents/restoration.ts';
import type { Restoration } from '../incidents/restoration.ts';
import type { Clock } from '../kernel/clock.ts';
import { toInstant } from '../kernel/instant.ts';
import { relayPending } from '../outbox/relay.ts';
import { doubtUnsent } from '../outbox/restored.ts';
import type { Store } from '../store/store.ts';
import { verifyChain } from '../timeline/chain.ts';

/** `broken`: incidents whose timeline does not hold, by name, with the reason. */
export type Settled = { open: number; doubted: number; nextNumber: number; broken: readonly string[] };

/** People know incidents of the lost time by numbers, and their messages have buttons with them: new ones begin well above. */
const skippedNumbers = 1000;
const all = 1_000_000;
const endOfTime = toInstant(new Date('9999-12-31T00:00:00.000Z'));

/**
 * Makes a restored store safe to start on, before any bot does: what is unsent is looked for first, what was under way is ended, and open incidents
 * say what is missing. Can be repeated after an interruption.
 */
export async function settleRestored(deps: { store: Store; clock: Clock }, restoration: Restoration): Promise<Settled> {
  const { store, clock } = deps;
  await store.noteRestoration(restoration);
  while ((await relayPending(store)) > 0);
  const doubted = await doubtUnsent(store.outbox, restoration);
  const nextNumber = await skipNumbers(store);
  const change: ChangeDeps = { incidents: store.incidents, clock, salt: () => randomBytes(16).toString('hex'), changed: () => {} };
  const open = await store.incidents.list({ states: openStates, limit: all });
  const due = await store.incidents.listDue(endOfTime, all);
  const broken: string[] = [];
  for (const id of new Set([...open, ...due].map((incident): IncidentId => incident.id))) {
    const { incident } = await noteRestoration(change, { id, restoration });
    const reason = await faultOf(store, incident);
    if (reason !== undefined) broken.push(`${nameOf(incident)}: ${reason}`);
  }
  return { open: open.length, doubted, nextNumber, broken };
}

/** A hundred at once: the embedded store commits them together. */
async function skipNumbers({ incidents }: Store): Promise<number> {
  let last = 0;
  for (let skipped = 0; skipped < skippedNumbers; skipped += 100) {
    last = Math.max(last, ...(await Promise.all(Array.from({ length: 100 }, () => incidents.nextNumber()))));
  }
  return last + 1;
}

async function faultOf({ timeline }: Store, incident: Incident): Promise<string | undefined> {
  const verdict = verifyChain(incident.id, await readTimeline(timeline, incident), incident.timeline);
  return verdict.ok ? undefined : `entry ${verdict.firstBad}: ${verdict.reason}`;
}
