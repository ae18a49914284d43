import { describeParked, replayDeliveries } from '../alerts/replay.ts';
import { systemClock } from '../kernel/clock.ts';
import { reviveMessages } from '../outbox/revive.ts';
import type { Store } from '../store/store.ts';
import { readArguments } from './arguments.ts';
import { exitStatus, UsageError } from './cli-command.ts';
import type { CliCommand, Terminal } from './cli-command.ts';
import { storeUrl, withExistingStore } from './existing-store.ts';

/** What is to be tried again: nothing (then it is listed), all, or these. */
type Request = { ids: readonly string[] | 'all' | 'none'; store: Store; terminal: Terminal };

const listed = 100;

/** Lists or tries again what was parked or given up, straight in the store; the bot may be running or not. Exit status 1: a named one is not there; 66: the store is not. */
export const replay: CliCommand = {
  name: 'replay',
  summary: 'list what was parked or given up, and have it tried again',
  usage: [
    'usage: tocsin replay [--all | ID...] [--messages] [--store URL]',
    '',
    '  Without --all and ID it lists, and changes nothing.',
    '',
    '  ID           a parked delivery (dlv_...), or with --messages the key of a message',
    '  --all        all that are parked now',
    '  --messages   chat messages that were given up, instead of deliveries',
    '  --store      the store to work on; default: STORE_URL, else file:./tocsin.db',
  ].join('\n'),
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, {
      all: { type: 'boolean', default: false },
      messages: { type: 'boolean', default: false },
      store: { type: 'string' },
    });
    if (values.all && positionals.length > 0) throw new UsageError('give --all or names, not both');
    const ids = values.all ? 'all' : positionals.length === 0 ? 'none' : positionals;
    return withExistingStore({ command: 'replay', terminal, url: storeUrl(terminal, values.store) }, (store) =>
      (values.messages ? onMessages : onDeliveries)({ ids, store, terminal }),
    );
  },
};

async function onDeliveries({ ids, store, terminal }: Request): Promise<number> {
  const { deliveries } = store;
  if (ids === 'none') {
    for (const delivery of await deliveries.listParked({ order: 'newest', limit: listed })) {
      const { id, receivedAt, receiver, alerts, reason } = describeParked(delivery);
      terminal.out(`${[id, receivedAt, receiver || '-', alerts.join(',') || '-', reason].join('\t')}\n`);
    }
    return counted(terminal, (await deliveries.counts()).parked, 'parked');
  }
  const { replayed, others } = await replayDeliveries({ deliveries, clock: systemClock }, { ids, by: 'tocsin replay' });
  for (const id of replayed) terminal.out(`${id}\n`);
  return concluded(terminal, { count: replayed.length, others, missing: 'no parked delivery' });
}

async function onMessages({ ids, store, terminal }: Request): Promise<number> {
  const { outbox } = store;
  if (ids === 'none') {
    for (const { key, lane, problem } of await outbox.listDead(listed)) terminal.out(`${[key, lane, oneLine(problem)].join('\t')}\n`);
    return counted(terminal, (await outbox.counts()).dead, 'given up');
  }
  const { revived, others } = await reviveMessages({ outbox, clock: systemClock }, ids);
  for (const { key } of revived) terminal.out(`${key}\n`);
  return concluded(terminal, { count: revived.length, others, missing: 'no message that was given up' });
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

function counted(terminal: Terminal, count: number, what: string): number {
  const shown = count > listed ? `, the first ${listed} of them above` : '';
  terminal.err(`${count} ${what}${shown}.${count === 0 ? '' : ' Try all of them again with --all, or name them.'}\n`);
  return exitStatus.ok;
}

function concluded(terminal: Terminal, done: { count: number; others: readonly string[]; missing: string }): number {
  for (const id of done.others) terminal.err(`tocsin replay: ${id} is ${done.missing} (any more).\n`);
  terminal.err(
    `${done.count} ${done.count === 1 ? 'waits' : 'wait'} again; the running bot takes ${done.count === 1 ? 'it' : 'them'} up by itself.\n`,
  );
  return done.others.length === 0 ? exitStatus.ok : exitStatus.failed;
}
