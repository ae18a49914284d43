import { at, numberAt, textAt, treeAt, treesAt } from '../tree.ts';
import type { KubeObject, Tree } from '../tree.ts';
import { ageOf } from './ages.ts';
import { ageColumn, nameColumn, orNone, text, wide } from './column.ts';
import type { Column } from './column.ts';

const statuses = (pod: KubeObject): readonly Tree[] => treesAt(pod, 'status', 'containerStatuses');

/** The word that `kubectl get pods` shows: the phase, or what is the matter. */
function statusOf(pod: KubeObject): string {
  const reason = textAt(pod, 'status', 'reason') || textAt(pod, 'status', 'phase');
  const scheduled = treesAt(pod, 'status', 'conditions').find((condition) => condition['type'] === 'PodScheduled');
  let shown = textAt(scheduled, 'reason') === 'SchedulingGated' ? 'SchedulingGated' : reason;
  let hasRunning = false;
  for (const status of statuses(pod).toReversed()) {
    const word = troubleOf(status);
    if (word !== undefined) shown = word;
    else if (status['ready'] === true && at(status, 'state', 'running') !== undefined) hasRunning = true;
  }
  const ready = treesAt(pod, 'status', 'conditions').some((condition) => condition['type'] === 'Ready' && condition['status'] === 'True');
  if (shown === 'Completed' && hasRunning) shown = ready ? 'Running' : 'NotReady';
  return at(pod, 'metadata', 'deletionTimestamp') === undefined ? shown : 'Terminating';
}

function troubleOf(status: Tree): string | undefined {
  const waiting = textAt(status, 'state', 'waiting', 'reason');
  if (waiting !== '') return waiting;
  const ended = treeAt(status, 'state', 'terminated');
  if (ended['exitCode'] === undefined) return undefined;
  return textAt(ended, 'reason') || `ExitCode:${numberAt(ended, 'exitCode')}`;
}

function restarts(pod: KubeObject, now: Date): string {
  const total = statuses(pod).reduce((sum, status) => sum + numberAt(status, 'restartCount'), 0);
  const last =
    statuses(pod)
      .map((status) => textAt(status, 'lastState', 'terminated', 'finishedAt'))
      .toSorted()
      .at(-1) ?? '';
  return total === 0 || last === '' ? String(total) : `${total} (${ageOf(last, now)} ago)`;
}

export const podColumns: readonly Column[] = [
  nameColumn,
  text(
    'Ready',
    (pod) => `${statuses(pod).filter((status) => status['ready'] === true).length}/${treesAt(pod, 'spec', 'containers').length}`,
  ),
  text('Status', statusOf),
  text('Restarts', restarts),
  ageColumn,
  wide(text('IP', (pod) => orNone(textAt(pod, 'status', 'podIP')))),
  wide(text('Node', (pod) => orNone(textAt(pod, 'spec', 'nodeName')))),
  wide(text('Nominated Node', (pod) => orNone(textAt(pod, 'status', 'nominatedNodeName')))),
  wide(
    text('Readiness Gates', (pod) =>
      treesAt(pod, 'spec', 'readinessGates').length === 0 ? '<none>' : `0/${treesAt(pod, 'spec', 'readinessGates').length}`,
    ),
  ),
];
