import type { Clock } from '../kernel/clock.ts';
import { toInstant } from '../kernel/instant.ts';
import type { OutboxMessage } from './message.ts';
import type { OutboxStore } from './ports.ts';
import { revived } from './transitions.ts';

type ReviveDeps = { outbox: Pick<OutboxStore, 'get' | 'listDead' | 'replace'>; clock: Clock };

/** `revived` are due now, the roots that replies need among them; `others` had not been given up, or are not there at all. */
export type Revived = { revived: readonly OutboxMessage[]; others: readonly string[] };

const maxAtOnce = 10_000;
const maxRaces = 20;

/** Lets messages that were given up be tried again: these, or all of them. It may be done while the outbox works, and again. */
export async function reviveMessages(deps: ReviveDeps, keys: readonly string[] | 'all'): Promise<Revived> {
  const wanted = keys === 'all' ? (await deps.outbox.listDead(maxAtOnce)).map(({ key }) => key) : [...new Set(keys)];
  const done = new Map<string, OutboxMessage>();
  for (const key of wanted) await reviveWithRoot(deps, key, done);
  return { revived: [...done.values()], others: wanted.filter((key) => !done.has(key)) };
}

/** A reply whose root stays given up would be given up again, so its root goes first. */
async function reviveWithRoot(deps: ReviveDeps, key: string, done: Map<string, OutboxMessage>): Promise<void> {
  const parentKey = (await deps.outbox.get(key))?.parentKey;
  for (const each of [...(parentKey === undefined ? [] : [parentKey]), key]) {
    const message = await reviveOne(deps, each);
    if (message !== undefined) done.set(each, message);
  }
}

async function reviveOne(deps: ReviveDeps, key: string): Promise<OutboxMessage | undefined> {
  for (let race = 0; race < maxRaces; race += 1) {
    const message = await deps.outbox.get(key);
    if (message?.state !== 'dead') return undefined;
    const next = { ...revived(message, toInstant(deps.clock.now())), version: message.version + 1 };
    if (await deps.outbox.replace(next, message.version)) return next;
  }
  return undefined;
}
