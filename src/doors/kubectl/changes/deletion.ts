import { durationMsOf } from '../call.ts';
import { textAt } from '../json-fields.ts';
import { KubectlError } from '../kubectl-error.ts';
import type { KubectlCall, VerbContext } from '../verb.ts';
import { isRefusal } from './failures.ts';
import { poll } from './poll.ts';
import type { ReadInfo } from './select.ts';

const everyMs = 500;

/**
 * Waits until deleted objects are gone, finalizers included. kubectl waits for up to a week; here `--timeout` and the session's own limit end it. In a
 * plan nothing was deleted, so there is nothing to wait for.
 */
export async function awaitDeletions(call: KubectlCall, deleted: readonly ReadInfo[], context: VerbContext): Promise<void> {
  if (context.session.mode === 'plan') return;
  const endMs = context.session.clock.now().getTime() + waitMs(durationMsOf(call, 'timeout'), context);
  for (const info of deleted) {
    const timeoutMs = Math.max(0, endMs - context.session.clock.now().getTime());
    const outcome = await poll({ intervalMs: everyMs, timeoutMs }, context, () => isGone(info, context));
    if (outcome === 'timed out') throw new KubectlError(`timed out waiting for the condition on ${info.type.resource}/${info.name}`);
  }
}

/** How long to wait: what the command line says, at most as long as this session follows anything. Nothing or zero is "without end". */
export function waitMs(given: number | undefined, context: VerbContext): number {
  const { followMs } = context.session;
  return given === undefined || given === 0 ? followMs : Math.min(given, followMs);
}

/** Whether the object no longer exists; another one of the same name does not count. Without the right to look, kubectl does not wait. */
export async function isGone(info: ReadInfo, context: VerbContext): Promise<boolean> {
  const at = { name: info.name, ...(info.namespace === undefined ? {} : { namespace: info.namespace }) };
  try {
    const answer = await context.api.read(context.api.pathOf(info.type, at));
    return textAt(JSON.parse(answer.body), 'metadata', 'uid') !== textAt(info.object, 'metadata', 'uid');
  } catch (error) {
    if (isRefusal(error, 'NotFound', 'Forbidden', 'MethodNotAllowed')) return true;
    throw error;
  }
}
