import type { KubectlCall, VerbContext, VerbEffect } from '../verb.ts';

/** The namespace of a call that does not ask for all of them. */
export function namespaceFor(call: KubectlCall, { session }: Pick<VerbContext, 'session'>): string {
  return call.namespace ?? session.cluster?.namespace ?? 'default';
}

/** A read, unless it names files, which a runbook has not. */
export function refuseFiles(call: KubectlCall): VerbEffect {
  if (!call.flags.has('filename') && !call.flags.has('kustomize')) return { type: 'read' };
  return { type: 'manual', reason: 'the file is not in the runbook', fix: 'Name the object instead of the file.' };
}
