import { flagOf } from '../call.ts';
import { flagAt } from '../json-fields.ts';
import { KubectlError } from '../kubectl-error.ts';
import type { KubectlCall, VerbContext } from '../verb.ts';
import { choiceOf } from './choice.ts';
import { wordsOf } from './failures.ts';
import type { DryRun } from './flags.ts';
import type { Print } from './print.ts';
import { readInfo, select, type ReadInfo } from './select.ts';
import { send, strategicPatch } from './send.ts';
import { strategicDiff } from './strategic-diff.ts';
import { withField } from './with-field.ts';

/** Nodes are named or selected, never both and never neither. */
export function checkNodeWords(call: KubectlCall, usage: string): void {
  const [word] = usage.split(' ');
  const help = `\nSee '${call.program} ${word ?? ''} -h' for help and examples`;
  if (call.args.length === 0 && !call.flags.has('selector')) throw new KubectlError(`USAGE: ${usage} [flags]${help}`);
  if (call.args.length > 0 && (flagOf(call, 'selector') ?? '') !== '')
    throw new KubectlError(`error: cannot specify both a node name and a --selector option${help}`);
}

/** The nodes that the words or the selector name. Unlike elsewhere, the first that is missing ends the command. */
export async function nodesOf(call: KubectlCall, usage: string, context: VerbContext): Promise<readonly ReadInfo[]> {
  checkNodeWords(call, usage);
  const nodes: ReadInfo[] = [];
  const selection = await select(choiceOf(call, nodeWords(call.args)), context);
  for (const source of selection.sources) {
    for (const info of await source()) nodes.push(await readInfo(info, context));
  }
  const other = nodes.find((info) => info.type.resource !== 'nodes');
  if (other !== undefined) throw new KubectlError(`error: expected resource of type node, got "${other.type.resource}"`);
  return nodes;
}

/** Bare names are nodes; with a type before them they may be `node/n1` too. */
export function nodeWords(args: readonly string[]): readonly string[] {
  if (args.length === 0) return ['nodes'];
  return args.map((word) => (word.includes('/') ? word : `nodes/${word}`));
}

/** Marks nodes as closed or open for new pods, one after the other; failures are printed and do not stop the others. */
export async function cordonNodes(
  nodes: readonly ReadInfo[],
  desired: boolean,
  { context, dryRun, print }: { context: VerbContext; dryRun: DryRun; print: Print },
): Promise<void> {
  const verb = desired ? 'cordon' : 'uncordon';
  for (const info of nodes) {
    if (flagAt(info.object, 'spec', 'unschedulable') === desired) {
      print(`already ${verb}ed`, info.object);
      continue;
    }
    try {
      const body = strategicDiff(info.object, withField(info.object, ['spec', 'unschedulable'], desired ? true : undefined));
      if (dryRun !== 'client') await send({ verb, info, method: 'PATCH', contentType: strategicPatch, body }, dryRun, context);
      print(`${verb}ed`, info.object);
    } catch (error) {
      context.err(`error: unable to ${verb} node ${JSON.stringify(info.name)}: ${wordsOf(error)}\n`);
    }
  }
}
