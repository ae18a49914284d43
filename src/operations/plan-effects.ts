import type { Cluster, ClusterAnswer } from '../doors/cluster.ts';
import type { ChangeOperation, Operation } from '../doors/operation.ts';
import type { Effects } from '../doors/session.ts';
import { TocsinError } from '../kernel/errors.ts';
import type { Json } from '../kernel/json.ts';
import { readBody, statusMessage } from './answer.ts';
import { foundationOf } from './foundation.ts';
import type { DryRun, PlannedOperation } from './plan.ts';
import { fieldDifferences, operationWords } from './touched.ts';
import { isObject } from './undo/tree.ts';
import { undoOf } from './undo/undo-of.ts';

export type PlanEffects = { effects: Effects; planned: readonly PlannedOperation[] };

/** Effects that change nothing: each operation is written down, and what can be tried is sent as a dry run. */
export function createPlanEffects(cluster: Cluster | undefined): PlanEffects {
  const planned: PlannedOperation[] = [];
  const noDryRun = (operation: Operation) =>
    planned.push({ operation, words: operationWords(operation), dryRun: { type: 'none' }, differences: [], undo: undoOf(operation, null) });

  const effects: Effects = {
    async change(operation, { signal }) {
      if (cluster === undefined) throw new TocsinError('unavailable', 'No Kubernetes cluster is configured.');
      if (operation.target.kind === 'Secret') {
        throw new TocsinError(
          'forbidden',
          `changing Secret ${operation.target.name}: a plan would keep what it holds. Do it in a terminal of your own`,
        );
      }
      const answer = await cluster.request(dryRunOf(operation, signal));
      const dryRun = readDryRun(answer);
      const after = dryRun.type === 'accepted' ? dryRun.after : operation.before;
      planned.push({
        operation,
        words: operationWords(operation),
        foundation: foundationOf(operation, operation.before),
        dryRun,
        differences: dryRun.type === 'accepted' ? fieldDifferences(operation.before, after) : [],
        undo: undoOf(operation, after),
      });
      return dryRun.type === 'unavailable' ? { status: 200, body: JSON.stringify(operation.before), warnings: answer.warnings } : answer;
    },
    exec(operation, { onOutput }) {
      noDryRun(operation);
      onOutput('stderr', `(planned, not run yet: ${operation.argv.join(' ')})\n`);
      return Promise.resolve({ type: 'exited', exitCode: 0 });
    },
    http(operation, { onOutput }) {
      noDryRun(operation);
      onOutput('stderr', `(planned, not sent yet: ${operation.method} ${operation.url})\n`);
      return Promise.resolve({ type: 'answered', status: 200, statusText: 'OK', headers: [], body: '', isCut: false });
    },
  };
  return { effects, planned };
}

/** The same request, which the server then runs through all its checks without storing anything. */
function dryRunOf(operation: ChangeOperation, signal: AbortSignal) {
  const { method, path, query, contentType, body } = operation.request;
  // Kubernetes: a delete with a body takes its options from there and overlooks the query.
  const isInBody = method === 'DELETE' && body !== undefined;
  return {
    method,
    path,
    query: isInBody ? query : { ...query, dryRun: 'All' },
    ...(contentType === undefined ? {} : { contentType }),
    ...(body === undefined ? {} : { body: isInBody ? withDryRun(body) : body }),
    signal,
  };
}

function withDryRun(options: Json): Json {
  return isObject(options) ? { ...options, dryRun: ['All'] } : options;
}

function readDryRun(answer: ClusterAnswer): DryRun {
  if (answer.status < 300) return { type: 'accepted', after: readBody(answer.body) };
  const message = statusMessage(answer);
  // Kubernetes refuses a dry run with 400 when an admission webhook may have side effects.
  return answer.status === 400 && /dry ?run/i.test(message) ? { type: 'unavailable', reason: message } : { type: 'refused', message };
}
