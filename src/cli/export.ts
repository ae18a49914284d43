import { readSettings } from '../config/config.ts';
import { renderExport } from '../export/render.ts';
import { systemClock } from '../kernel/clock.ts';
import { silentLog } from '../kernel/log.ts';
import { createRunbookLibrary, loadRunbooks } from '../runbooks/library.ts';
import { readArguments } from './arguments.ts';
import { exitStatus, UsageError } from './cli-command.ts';
import type { CliCommand } from './cli-command.ts';
import { storeUrl, withExistingStore } from './existing-store.ts';

/** Writes an incident's export to standard output, straight from the store; the bot may be running or not. */
export const exportIncident: CliCommand = {
  name: 'export',
  summary: "write an incident's timeline as Markdown or JSON",
  usage: [
    'usage: tocsin export INC-4 [--format md|json] [--store URL]',
    '',
    '  --format   md (default) for people, json with the hash chain for tocsin verify',
    '  --store    the store to read; default: STORE_URL, else file:./tocsin.db',
  ].join('\n'),
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, { format: { type: 'string', default: 'md' }, store: { type: 'string' } });
    const { format } = values;
    const number = /^(?:inc-?|#)?([1-9]\d{0,8})$/i.exec(positionals[0] ?? '')?.[1];
    if (number === undefined || positionals.length > 1) throw new UsageError('name one incident, for example INC-4');
    if (format !== 'md' && format !== 'json') throw new UsageError(`there is no format "${format}": use md or json`);
    const settings = readSettings(terminal.env);
    const { runbooks } = await loadRunbooks(settings.runbooks.dir, { log: silentLog });
    return withExistingStore({ command: 'export', terminal, url: storeUrl(terminal, values.store) }, async (store) => {
      const deps = { ...store, runbooks: createRunbookLibrary(runbooks), clock: systemClock };
      const document = await renderExport(deps, { number: Number(number), format });
      if (document === undefined) {
        terminal.err(`tocsin export: there is no INC-${number} in this store.\n`);
        return exitStatus.failed;
      }
      terminal.out(document.body);
      return exitStatus.ok;
    });
  },
};
