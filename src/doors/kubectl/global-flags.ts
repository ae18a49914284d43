import type { Flag } from './verb.ts';

const account = 'the cluster and the account are set by whoever runs Tocsin';

/** Flags that every verb takes and that change nothing about what is asked: read, and otherwise ignored. */
const harmless: readonly Flag[] = [
  { name: 'namespace', short: 'n', value: 'text' },
  { name: 'help', short: 'h', value: 'none' },
  { name: 'request-timeout', value: 'text' },
  { name: 'v', short: 'v', value: 'number' },
  { name: 'vmodule', value: 'text' },
  { name: 'log-flush-frequency', value: 'duration' },
  { name: 'match-server-version', value: 'none' },
  { name: 'disable-compression', value: 'none' },
  { name: 'warnings-as-errors', value: 'none' },
  { name: 'cache-dir', value: 'text' },
];

/** Flags that choose another server, account or way in. They are read so that they can be refused by name. */
const foreign: readonly Flag[] = [
  { name: 'server', short: 's', value: 'text' },
  { name: 'token', value: 'text' },
  { name: 'as', value: 'text' },
  { name: 'as-group', value: 'list' },
  { name: 'as-uid', value: 'text' },
  { name: 'as-user-extra', value: 'list' },
  { name: 'kubeconfig', value: 'text' },
  { name: 'config', value: 'text' },
  { name: 'kuberc', value: 'text' },
  { name: 'context', value: 'text' },
  { name: 'cluster', value: 'text' },
  { name: 'user', value: 'text' },
  { name: 'username', value: 'text' },
  { name: 'password', value: 'text' },
  { name: 'certificate-authority', value: 'text' },
  { name: 'client-certificate', value: 'text' },
  { name: 'client-key', value: 'text' },
  { name: 'tls-server-name', value: 'text' },
  { name: 'insecure-skip-tls-verify', value: 'none' },
  { name: 'profile', value: 'text' },
  { name: 'profile-output', value: 'text' },
];

/** The flags that may stand with any verb, refused ones included. */
export const globalFlags: readonly Flag[] = [...harmless, ...foreign];

/** Why a global flag cannot be used here, or undefined. A verb's own flag of that name is another matter. */
export function refusalOf(names: Iterable<string>, own: readonly Flag[]): string | undefined {
  for (const name of names) {
    if (foreign.some((flag) => flag.name === name) && !own.some((flag) => flag.name === name)) {
      return `--${name} cannot be used here: ${account}. Leave it out`;
    }
  }
  return undefined;
}
