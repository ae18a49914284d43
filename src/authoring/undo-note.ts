import type { CallReading } from '../reading/call-reading.ts';

/** Whether Tocsin itself has no way to take the call back. */
export function isFinal(call: CallReading): boolean {
  return call.effect === 'change' && !call.isUndoable;
}

/** The sentence on undoing a call that cannot be taken back, as its author could write it into the step. */
export function undoNote(call: CallReading): string {
  if (call.verb === 'exec') return 'Undo: not possible; what the command did in the container stays.';
  if (call.program === 'curl' || call.program === 'wget') return 'Undo: not possible; whoever received the request has acted on it.';
  if (call.verb === 'drain') return 'Undo: kubectl uncordon the node; its pods stay where they were started anew.';
  if (call.verb === 'delete' && !deletesPodsOnly(call)) return 'Undo: create it anew from its manifest, which is in <repository>.';
  return 'Undo: not possible; the pods are started anew.';
}

function deletesPodsOnly({ needs }: CallReading): boolean {
  const changed = needs.filter((need) => need.for === 'change');
  return changed.length > 0 && changed.every(({ apiGroup, resource }) => apiGroup === '' && resource === 'pods');
}
