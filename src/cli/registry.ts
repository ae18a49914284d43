import type { CliCommand } from './cli-command.ts';

type Entry = Pick<CliCommand, 'name' | 'summary'> & { load: () => Promise<CliCommand> };

/** The subcommands in the order of the help. Each is loaded when it is called, so that the bot's image can do without the try-out. */
export const registry: readonly Entry[] = [
  { name: 'serve', summary: 'run the bot', load: async () => (await import('./serve.ts')).serve },
  {
    name: 'try',
    summary: 'run it against a simulated workspace, without accounts',
    load: async () => (await import('./try/try.ts')).tryOut,
  },
  {
    name: 'export',
    summary: "write an incident's timeline as Markdown or JSON",
    load: async () => (await import('./export.ts')).exportIncident,
  },
  { name: 'verify', summary: 'check an exported timeline, offline', load: async () => (await import('./verify.ts')).verify },
];
