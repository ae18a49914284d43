import { z } from 'zod';
import { allArgs, flagOf, isOn } from '../call.ts';
import { KubectlError } from '../kubectl-error.ts';
import { goText } from '../output/go-json.ts';
import type { Verb } from '../verb.ts';

/** The kubectl that the doors follow. */
const client = { version: 'v1.36.3', major: 1, minor: 36, kustomize: 'v5.8.1' };

const versionSchema = z.object({ gitVersion: z.string() });

export const version: Verb = {
  name: 'version',
  flags: [
    { name: 'client', value: 'none' },
    { name: 'output', short: 'o', value: 'text' },
  ],
  effect: (call) =>
    ['yaml', 'json'].includes(flagOf(call, 'output') ?? '')
      ? {
          type: 'manual',
          reason: 'there is no kubectl program here whose build could be shown',
          fix: 'Use version without -o, or get --raw /version.',
        }
      : { type: 'read' },
  needs: () => [],
  async run(call, { api, out, err }) {
    const args = allArgs(call);
    if (args.length > 0) throw new KubectlError(`extra arguments: ${goText(args)}`);
    if ((flagOf(call, 'output') ?? '') !== '') throw new KubectlError("--output must be 'yaml' or 'json'");
    out(`Client Version: ${client.version}\nKustomize Version: ${client.kustomize}\n`);
    if (isOn(call, 'client')) return 0;
    const { gitVersion } = versionSchema.parse(JSON.parse((await api.read('/version')).body));
    out(`Server Version: ${gitVersion}\n`);
    const [major = 0, minor = 0] = gitVersion.replace(/^v/, '').split('.').map(Number);
    if (major !== client.major || Math.abs(minor - client.minor) > 1) {
      const both = `client (${client.major}.${client.minor}) and server (${major}.${minor})`;
      err(`Warning: version difference between ${both} exceeds the supported minor version skew of +/-1\n`);
    }
    return 0;
  },
};
