import type { Verb } from '../verb.ts';
import { namespaceFor } from './call-place.ts';
import { execIn, exec } from './exec.ts';

/** `oc project`: which project the commands mean. Changing it is a matter of the person's own machine. */
export const ocProject: Verb = {
  name: 'project',
  programs: ['oc'],
  flags: [{ name: 'short', short: 'q', value: 'none' }],
  effect: (call) =>
    call.args.length === 0
      ? { type: 'read' }
      : { type: 'manual', reason: 'it changes the configuration on your own machine', fix: 'Name the namespace with -n.' },
  needs: () => [],
  async run(call, context) {
    const namespace = namespaceFor(call, context);
    const server = context.session.cluster?.server ?? '';
    context.out(call.flags.has('short') ? `${namespace}\n` : `Using project "${namespace}" on server "${server}".\n`);
    return 0;
  },
};

/** `oc rsh POD COMMAND...` is `exec POD -- COMMAND...`; without a command it is a shell. */
export const ocRsh: Verb = {
  ...exec,
  name: 'rsh',
  programs: ['oc'],
  flags: [
    { name: 'container', short: 'c', value: 'text' },
    { name: 'no-tty', short: 'T', value: 'none' },
    { name: 'shell', value: 'text' },
    { name: 'timeout', value: 'duration' },
  ],
  effect(call) {
    const argv = commandOf(call);
    if (call.after === undefined && [...call.flags.keys()].some((name) => name !== 'namespace')) {
      return { type: 'manual', reason: 'its flags may belong to the command in the pod', fix: 'Write oc exec POD -- COMMAND.' };
    }
    if (argv.length > 0) return exec.effect({ ...call, after: argv });
    return { type: 'manual', reason: 'it is interactive and needs a terminal', fix: 'Name the command: oc rsh POD COMMAND.' };
  },
  run: (call, context) => execIn({ ...call, args: call.args.slice(0, 1) }, context, commandOf(call)),
};

/** The words of the command. Those that begin with "-" count only behind "--": before it they would have been read as flags. */
function commandOf({ args, after }: Parameters<Verb['effect']>[0]): readonly string[] {
  return [...args.slice(1), ...(after ?? [])];
}
