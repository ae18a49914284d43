import { TocsinError } from '../kernel/errors.ts';
import { silentLog } from '../kernel/log.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { exitStatus } from './cli-command.ts';
import type { Terminal } from './cli-command.ts';

/** The store that a command works on: `--store`, else STORE_URL, else the default. */
export function storeUrl(terminal: Pick<Terminal, 'env'>, option: string | undefined): string {
  return option || terminal.env['STORE_URL'] || 'file:./tocsin.db';
}

type Use = { command: string; terminal: Terminal; url: string };

/** Opens a store that is there already, uses it and closes it. One that is not there is exit status 66, and is never created by a slip of the pen. */
export async function withExistingStore({ command, terminal, url }: Use, use: (store: Store) => Promise<number>): Promise<number> {
  let store: Store;
  try {
    store = await openStore(url, { log: silentLog, mustExist: true });
  } catch (error) {
    if (!(error instanceof TocsinError && error.code === 'not_found')) throw error;
    terminal.err(`tocsin ${command}: ${error.message}\n`);
    return exitStatus.noInput;
  }
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}
