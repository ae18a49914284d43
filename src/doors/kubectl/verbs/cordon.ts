import { dryRunFlag, changeEffect, dryRunOf, selectorFlag } from '../changes/flags.ts';
import { needsOf } from '../changes/needs.ts';
import { cordonNodes, nodesOf, nodeWords } from '../changes/nodes.ts';
import { printChanged } from '../changes/print.ts';
import type { Verb } from '../verb.ts';

export const cordon = cordoning('cordon', true);
export const uncordon = cordoning('uncordon', false);

function cordoning(name: string, desired: boolean): Verb {
  return {
    name,
    flags: [selectorFlag, dryRunFlag],
    effect: (call) => changeEffect(call, true),
    needs: (call) => needsOf(call, nodeWords(call.args), [{ verb: 'patch' }]),
    async run(call, context) {
      const dryRun = dryRunOf(call, context);
      const nodes = await nodesOf(call, `${name} NODE`, context);
      await cordonNodes(nodes, desired, { context, dryRun, print: printChanged(call, context, { dryRun }) });
      return 0;
    },
  };
}
