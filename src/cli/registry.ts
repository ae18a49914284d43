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
  {
    name: 'lint',
    summary: 'say which lines of runbooks run, which stay manual and why, and what is wrong',
    load: async () => (await import('./lint.ts')).lint,
  },
  {
    name: 'rbac',
    summary: 'write the least rights that the runbooks need, as Kubernetes manifests',
    load: async () => (await import('./rbac.ts')).rbac,
  },
  {
    name: 'sh',
    summary: 'run a script through the same interpreter as the incident thread',
    load: async () => (await import('./sh.ts')).sh,
  },
  {
    name: 'plan',
    summary: 'show what a step of a runbook would change, and change nothing',
    load: async () => (await import('./plan.ts')).plan,
  },
  {
    name: 'replay',
    summary: 'list what was parked or given up, and have it tried again',
    load: async () => (await import('./replay.ts')).replay,
  },
  {
    name: 'backup',
    summary: 'copy the embedded store while the bot runs, and check the copy',
    load: async () => (await import('./backup.ts')).backup,
  },
  {
    name: 'restore',
    summary: 'put a backup in the place of the store, and have the bot look before it posts',
    load: async () => (await import('./restore.ts')).restore,
  },
  { name: 'verify', summary: 'check an exported timeline, offline', load: async () => (await import('./verify.ts')).verify },
];
