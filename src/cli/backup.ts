import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { systemClock } from '../kernel/clock.ts';
import { TocsinError } from '../kernel/errors.ts';
import { toInstant } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import { sqlitePath } from '../store/open-store.ts';
import { backupDatabase } from '../store/sqlite/backup.ts';
import { readArguments } from './arguments.ts';
import { exitStatus, UsageError } from './cli-command.ts';
import type { CliCommand, Terminal } from './cli-command.ts';
import { describeCounts, sizeText } from './describe-inspection.ts';
import { storeUrl } from './existing-store.ts';

/** Copies the embedded store while the bot runs. Exit status 1: no backup was made, and nothing is left of it; 66: there is no store. */
export const backup: CliCommand = {
  name: 'backup',
  summary: 'copy the embedded store while the bot runs, and check the copy',
  usage: [
    'usage: tocsin backup [--to PATH] [--keep N] [--chains] [--store URL]',
    '',
    '  --to PATH   a folder, which gets a file named after the time, or a new file; default: backups, beside the store',
    '  --keep N    afterwards leave the newest N backups in that folder and delete the older ones',
    '  --chains    also check the hash chain of every timeline',
    '  --store     the store to copy; default: STORE_URL, else file:./tocsin.db',
    '',
    'The bot may run and write. The copy is of one moment, is checked before it gets its name, is for its owner alone, and',
    'never replaces a file. Its name is printed. tocsin restore brings it back. MongoDB has tools of its own: see docs/OPERATIONS.md.',
  ].join('\n'),
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, {
      to: { type: 'string' },
      keep: { type: 'string' },
      chains: { type: 'boolean', default: false },
      store: { type: 'string' },
    });
    if (positionals.length > 0) throw new UsageError(`does not know what "${positionals.join(' ')}" means; a place is given with --to`);
    const keep = readKeep(values.keep);
    const url = storeUrl(terminal, values.store);
    const from = sqlitePath(url);
    if (from === undefined) return notEmbedded(url, terminal);
    const takenAt = toInstant(systemClock.now());
    const place = placeOf(values.to ?? join(dirname(from), 'backups/'), takenAt);
    if (keep !== undefined && !place.isNamedByTime) throw new UsageError('--keep needs a folder: give one with --to, or leave --to out');
    return take({ from, to: place.path, takenAt, chains: values.chains, keep }, terminal);
  },
};

type Order = { from: string; to: string; takenAt: Instant; chains: boolean; keep: number | undefined };

async function take({ keep, ...order }: Order, terminal: Terminal): Promise<number> {
  const stop = new AbortController();
  void terminal.interrupted.then(() => stop.abort());
  try {
    mkdirSync(dirname(order.to), { recursive: true, mode: 0o700 });
    const { progress } = terminal;
    const done = await backupDatabase({
      ...order,
      signal: stop.signal,
      ...(progress === undefined ? {} : { progress: ({ copied, total }) => progress(`${Math.floor((copied * 100) / total)} % copied`) }),
    });
    progress?.('');
    terminal.out(`${order.to}\n`);
    terminal.err(`${sizeText(done.bytes)} · ${describeCounts(done.counts)} · checked: structure, rows${chainsText(done.chains)}.\n`);
  } catch (error) {
    terminal.progress?.('');
    if (!(error instanceof TocsinError && error.code === 'not_found')) throw error;
    terminal.err(`tocsin backup: ${error.message} Check --store and STORE_URL.\n`);
    return exitStatus.noInput;
  }
  if (keep !== undefined) for (const old of surplus(dirname(order.to), keep)) discard(old, terminal);
  return exitStatus.ok;
}

function chainsText(chains: number | undefined): string {
  return chains === undefined ? '' : ` and the chains of ${chains} timelines`;
}

function readKeep(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new UsageError(`--keep wants a whole number from 1 on, not "${text}"`);
  return Number(text);
}

/** A folder gets a file of the time's name; what is no folder is the name itself. */
function placeOf(to: string, takenAt: Instant): { path: string; isNamedByTime: boolean } {
  const isFolder = to.endsWith('/') || statSync(to, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? { path: join(to, nameAt(takenAt)), isNamedByTime: true } : { path: to, isNamedByTime: false };
}

/** "tocsin-20260314T030500Z.db": sorts by time. */
function nameAt(at: Instant): string {
  return `tocsin-${at.slice(0, 19).replaceAll(/[-:]/g, '')}Z.db`;
}

const namePattern = /^tocsin-\d{8}T\d{6}Z\.db$/;

function surplus(folder: string, keep: number): readonly string[] {
  const names = readdirSync(folder).filter((name) => namePattern.test(name));
  return names
    .sort()
    .slice(0, -keep)
    .map((name) => join(folder, name));
}

function discard(path: string, terminal: Terminal): void {
  rmSync(path, { force: true });
  terminal.err(`Deleted ${basename(path)}.\n`);
}

function notEmbedded(url: string, terminal: Terminal): number {
  if (!/^mongodb(\+srv)?:/.test(url)) throw new UsageError('the store URL must look like file:tocsin.db');
  terminal.err(
    [
      "tocsin backup: this store is a MongoDB database, which its own tools back up while Tocsin runs. Of a replica set's one moment:",
      '',
      '  mongodump --uri="$STORE_URL_WITHOUT_DATABASE" --oplog --gzip --archive=tocsin.archive',
      '',
      'Without --oplog the collections are of different moments, and timelines may not fit their incidents: then stop Tocsin first.',
      'docs/OPERATIONS.md says more under "Backup and restore".',
      '',
    ].join('\n'),
  );
  return exitStatus.usage;
}
