import { addMs } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Look } from './merge.ts';
import type { Heard, Reconciliation } from './reconciliation.ts';

/** What Tocsin itself reports as found, in place of a sender's address. */
export const apiSender = 'alertmanager-api';

const namesKept = 50;
/** A receiver that nothing came through for so long may lead elsewhere by now. */
const heardForMs = 14 * 24 * 60 * 60 * 1000;

/** What was learned about which alerts are ours: names that Alertmanager's API and our own alerts agree upon. */
export function learn(before: Reconciliation, { now, known, here }: Look): Pick<Reconciliation, 'receivers' | 'senders'> {
  const receivers = new Map(before.receivers.map(({ name, at }) => [name, at]));
  const senders = new Map(before.senders.map(({ name, at }) => [name, at]));
  for (const [fingerprint, { via, lastSeenAt }] of here) {
    const there = known.get(fingerprint);
    if (there === undefined || via === undefined || via.sender === apiSender) continue;
    if (there.receivers.includes(via.receiver)) hear(receivers, via.receiver, lastSeenAt);
    if (via.sender !== '') hear(senders, via.sender, now);
  }
  return { receivers: newest(receivers, addMs(now, -heardForMs)), senders: newest(senders, addMs(now, -heardForMs)) };
}

function hear(names: Map<string, Instant>, name: string, at: Instant): void {
  const before = names.get(name);
  names.set(name, before === undefined || before < at ? at : before);
}

function newest(names: ReadonlyMap<string, Instant>, since: Instant): readonly Heard[] {
  return [...names]
    .map(([name, at]) => ({ name, at }))
    .filter(({ at }) => at >= since)
    .toSorted((a, b) => (a.at < b.at ? 1 : -1))
    .slice(0, namesKept);
}
