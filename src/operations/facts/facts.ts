import type { Cluster } from '../../doors/cluster.ts';
import type { Operation } from '../../doors/operation.ts';
import { describeError } from '../../kernel/errors.ts';
import type { PlannedOperation, PreviewFact } from '../plan.ts';
import { autoscaler } from './autoscaler.ts';
import { budgets } from './budgets.ts';
import { configUsers } from './configmap.ts';
import { execRights } from './exec-rights.ts';
import { barePod, gitops, wholeNamespace } from './owners.ts';
import { nodeUnschedulable, paused, restarts, singleReplica, toZero } from './rollout.ts';
import { createLister, readWorkload } from './rule.ts';
import type { Rule, Scene } from './rule.ts';

/** In the order in which people read them. */
const rules: readonly Rule[] = [
  wholeNamespace,
  restarts,
  paused,
  singleReplica,
  toZero,
  autoscaler,
  gitops,
  budgets,
  configUsers,
  barePod,
  nodeUnschedulable,
];

/** Everything that a preview can know besides the dry run itself, each fact once. What cannot be found out says so. */
export async function previewFacts(
  clusters: { reader: Cluster; mutator: Cluster } | undefined,
  planned: readonly PlannedOperation[],
  signal: AbortSignal,
): Promise<readonly PreviewFact[]> {
  const found: PreviewFact[] = planned.flatMap(dryRunFacts);
  if (clusters !== undefined) {
    const list = createLister(clusters.reader, signal);
    const scenes = planned.flatMap((one) => sceneOf(one, list));
    const looked = await Promise.all(scenes.flatMap((scene) => rules.map((rule) => lookAt(rule, scene))));
    found.push(...looked.flat(), ...(await execRights(clusters.mutator, planned, signal)));
  }
  return [...new Map(found.map((fact) => [fact.text, fact])).values()];
}

function sceneOf(planned: PlannedOperation, list: Scene['list']): Scene[] {
  const { operation, dryRun } = planned;
  if (operation.type !== 'change') return [];
  const before = readWorkload(operation.before);
  const after = dryRun.type === 'accepted' ? readWorkload(dryRun.after) : before;
  // The answer to a change of `scale` is a Scale: of the workload itself it tells the replicas alone.
  const seen =
    after.kind === before.kind ? after : { ...before, spec: { ...before.spec, replicas: after.spec.replicas ?? before.spec.replicas } };
  return [{ planned, operation, before, after: seen, list }];
}

async function lookAt(rule: Rule, scene: Scene): Promise<readonly PreviewFact[]> {
  try {
    return await rule.look(scene);
  } catch (error) {
    return [{ weight: 'warning', rule: rule.name, text: `Not known (${rule.name}): ${describeError(error)}.` }];
  }
}

function refusedFact(operation: Operation, { words, message }: { words: string; message: string }): PreviewFact {
  if (operation.type === 'change' && operation.subresource === 'scale' && operation.target.kind === 'DaemonSet')
    return {
      weight: 'blocker',
      rule: 'daemonset',
      text: `DaemonSet ${operation.target.name} does not scale: it has one pod on each node.`,
    };
  if (lacksRight.test(message)) return { weight: 'blocker', rule: 'rights', text: `The bot lacks the right to ${words}: ${message}` };
  return { weight: 'blocker', rule: 'dry-run', text: `The server would refuse to ${words}: ${message}` };
}

/** Kubernetes: an account without the right is told so in these words; admission says "forbidden" in others. */
const lacksRight = /is forbidden: User .* cannot \w+ resource/;

function dryRunFacts({ operation, dryRun, words }: PlannedOperation): readonly PreviewFact[] {
  switch (dryRun.type) {
    case 'accepted':
      return [];
    case 'refused':
      return [refusedFact(operation, { words, message: dryRun.message })];
    case 'unavailable':
      return [{ weight: 'warning', rule: 'dry-run', text: `No preview: ${dryRun.reason}` }];
    case 'none':
      return [
        {
          weight: 'warning',
          rule: 'no-preview',
          text: `What ${operation.type === 'exec' ? 'a command in a container' : 'a web request'} does cannot be previewed or undone.`,
        },
      ];
  }
}
