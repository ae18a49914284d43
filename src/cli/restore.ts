import { systemClock } from '../kernel/clock.ts';
import { TocsinError } from '../kernel/errors.ts';
import { toInstant } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import { silentLog } from '../kernel/log.ts';
import { openStore, sqlitePath } from '../store/open-store.ts';
import { replaceDatabase } from '../store/sqlite/replace.ts';
import { readArguments } from './arguments.ts';
import { exitStatus, UsageError } from './cli-command.ts';
import type { CliCommand, Terminal } from './cli-command.ts';
import { describeCounts } from './describe-inspection.ts';
import { storeUrl, withExistingStore } from './existing-store.ts';
import { settleRestored } from './settle-restored.ts';
import type { Settled } from './settle-restored.ts';

/** Brings a backup back. Exit status 1: nothing was changed, the message says why; 66: the backup, or the MongoDB store, is not there. */
export const restore: CliCommand = {
  name: 'restore',
  summary: 'put a backup in the place of the store, and have the bot look before it posts',
  usage: [
    'usage: tocsin restore FILE [--taken TIME] [--store file:PATH]',
    '       tocsin restore --taken TIME --store mongodb://...',
    '',
    '  FILE         a backup of the embedded store, or any copy of it (its -wal beside it); checked before anything is changed',
    '  --taken      when the backup was begun, such as 2026-03-14T03:00:00Z; tocsin backup has written it into the file',
    '  --store      the store to replace; default: STORE_URL, else file:./tocsin.db',
    '',
    'Stop Tocsin first. The database before is kept beside the store. For MongoDB it is run after mongorestore and before Tocsin is started.',
    'Afterwards the bot looks in Slack before it posts what the backup had as unsent, changes that were under way are not made again, and open',
    'incidents say what is missing.',
  ].join('\n'),
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, { taken: { type: 'string' }, store: { type: 'string' } });
    const takenAt = readMoment(values.taken);
    const url = storeUrl(terminal, values.store);
    const path = sqlitePath(url);
    const [file, ...more] = positionals;
    if (more.length > 0) throw new UsageError('give one file');
    if (path === undefined) {
      if (file !== undefined) throw new UsageError('restore the dump with mongorestore, then run this without a file');
      if (takenAt === undefined) throw new UsageError('say with --taken when the dump was begun');
      return settleMongo({ url, takenAt }, terminal);
    }
    if (file === undefined) throw new UsageError('give the backup to restore');
    return restoreFile({ file, path, takenAt }, terminal);
  },
};

function readMoment(text: string | undefined): Instant | undefined {
  if (text === undefined) return undefined;
  const ms = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms) || ms > systemClock.now().getTime()) {
    throw new UsageError(`--taken wants a moment of the past such as 2026-03-14T03:00:00Z, not "${text}"`);
  }
  return toInstant(new Date(ms));
}

async function restoreFile(order: { file: string; path: string; takenAt: Instant | undefined }, terminal: Terminal): Promise<number> {
  const { file, path } = order;
  const now = systemClock.now();
  let settled: Settled | undefined;
  try {
    const { inspection, kept } = await replaceDatabase({
      from: file,
      path,
      now,
      async settle(copy, { takenAt = order.takenAt }) {
        const store = await openStore(`file:${copy}`, { log: silentLog, mustExist: true });
        try {
          const restoration = { takenAt: order.takenAt ?? takenAt ?? toInstant(now), restoredAt: toInstant(now) };
          settled = await settleRestored({ store, clock: systemClock }, restoration);
        } finally {
          await store.close();
        }
      },
    });
    terminal.out(`${path}\n`);
    terminal.err(
      `Restored${inspection.takenAt === undefined ? '' : ` as of ${inspection.takenAt}`}: ${describeCounts(inspection.counts)}.\n`,
    );
    if (kept !== undefined) terminal.err(`The database before is kept: ${kept}\n`);
  } catch (error) {
    if (!(error instanceof TocsinError && error.code === 'not_found')) throw error;
    terminal.err(`tocsin restore: ${error.message}\n`);
    return exitStatus.noInput;
  }
  return told(settled, terminal);
}

function settleMongo({ url, takenAt }: { url: string; takenAt: Instant }, terminal: Terminal): Promise<number> {
  return withExistingStore({ command: 'restore', terminal, url }, async (store) => {
    const restoredAt = toInstant(systemClock.now());
    return told(await settleRestored({ store, clock: systemClock }, { takenAt, restoredAt }), terminal);
  });
}

function told(settled: Settled | undefined, terminal: Terminal): number {
  if (settled === undefined) return exitStatus.ok;
  const { open, doubted, nextNumber, broken } = settled;
  const looked = doubted === 1 ? '1 unsent message is' : `${doubted} unsent messages are`;
  terminal.err(`${open} open; ${looked} looked for in Slack before anything is posted; new incidents begin at INC-${nextNumber}.\n`);
  for (const each of broken) terminal.err(`The timeline does not hold of ${each}\n`);
  terminal.err('Start Tocsin now.\n');
  return broken.length === 0 ? exitStatus.ok : exitStatus.failed;
}
