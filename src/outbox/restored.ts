import type { Incident } from '../incidents/incident.ts';
import { mayHaveLivedBefore } from '../incidents/restoration.ts';
import type { Restoration } from '../incidents/restoration.ts';
import { addMs, toInstant } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import { laneNames } from './message.ts';
import type { OutboxMessage } from './message.ts';
import type { OutboxStore } from './ports.ts';
import { proofOfAbsenceMs } from './transitions.ts';

const endOfTime = toInstant(new Date('9999-12-31T00:00:00.000Z'));
const all = 1_000_000;
const maxRaces = 20;

/**
 * After a restore: what the store takes for unsent may have been posted in the time that it has lost, so it is looked for before it is posted.
 * Resolves with how many there are. What the store had as sent is edited when it differs, and needs nothing.
 */
export async function doubtUnsent(outbox: OutboxStore, { takenAt, restoredAt }: Restoration): Promise<number> {
  let count = 0;
  for (const lane of laneNames) {
    for (const { key } of await outbox.listDue(lane, endOfTime, all)) {
      if (await doubtOne(outbox, key, (message) => inDoubt(message, { since: takenAt, now: restoredAt }))) count += 1;
    }
  }
  return count;
}

async function doubtOne(outbox: OutboxStore, key: string, change: (message: OutboxMessage) => OutboxMessage): Promise<boolean> {
  for (let race = 0; race < maxRaces; race += 1) {
    const message = await outbox.get(key);
    if (message?.state !== 'due' || message.posted !== undefined) return false;
    if (await outbox.replace({ ...change(message), version: message.version + 1 }, message.version)) return true;
  }
  return false;
}

/** A new message of an incident that may have had a life in the lost time. Views that follow the incident take over what they find. */
export function doubtNew(message: OutboxMessage, incident: Incident, restoration: Restoration): OutboxMessage {
  if (!mayHaveLivedBefore(incident, restoration)) return message;
  const isAnother = message.view.type === 'entry' || message.view.type === 'execution' || message.view.type === 'file';
  return inDoubt(message, { since: restoration.takenAt, now: message.notBefore, isAnother });
}

/** What is looked for is old: not to find it once is proof enough. */
function inDoubt(message: OutboxMessage, how: { since: Instant; now: Instant; isAnother?: boolean }): OutboxMessage {
  const long = addMs(how.now, -proofOfAbsenceMs);
  return {
    ...message,
    state: 'ambiguous',
    firstTriedAt: message.firstTriedAt ?? how.since,
    doubt: { since: long, absentSince: long, ...(how.isAnother === true ? { isAnother: true } : {}) },
  };
}
