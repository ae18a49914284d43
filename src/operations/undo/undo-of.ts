import type { ChangeOperation, Operation } from '../../doors/operation.ts';
import type { Json } from '../../kernel/json.ts';
import type { Undo } from '../plan.ts';
import { valueWords, fieldName } from './field-names.ts';
import { inversePatch, type PatchStep } from './inverse.ts';
import { isClusterObject, targetWords, wantedReplicas } from './operation-words.ts';
import { touchedPaths } from './touched-paths.ts';
import { contentAt, isList, pathOfPointer } from './tree.ts';

/**
 * The operation that takes back what an operation did, made from the object before it and the server's answer to it. It restores the touched content
 * only, and tests what it replaces, so that the server refuses it when somebody changed the same content since.
 */
export function undoOf(operation: Operation, after: Json | undefined): Undo {
  if (operation.type === 'exec') return impossible('what a command did in a container is not known, so it cannot be taken back');
  if (operation.type === 'http') return impossible('what a request did at its receiver is not known, so it cannot be taken back');
  const reason = whyNot(operation);
  if (reason !== undefined) return impossible(reason);
  return operation.subresource === 'scale' ? undoOfScale(operation, after) : undoOfPatch(operation, after);
}

function impossible(reason: string): Undo {
  return { type: 'impossible', reason };
}

function whyNot(operation: ChangeOperation): string | undefined {
  const { method } = operation.request;
  if (operation.verb === 'rollout restart')
    return 'pods that were replaced do not come back; restarting again would only replace them once more';
  if (operation.subresource === 'eviction') return 'an evicted pod does not come back; its controller makes another one elsewhere';
  if (method === 'DELETE') return 'a deleted object does not come back with its identity and its state';
  if (method === 'POST') return 'what was created may have run by then; delete it by hand when it is not wanted';
  return method === 'PUT' && operation.subresource !== 'scale' ? 'the whole object was replaced' : undefined;
}

function undoOfScale(operation: ChangeOperation, after: Json | undefined): Undo {
  const before = contentAt(operation.before, ['spec', 'replicas']);
  const set = contentAt(after, ['spec', 'replicas']) ?? wantedReplicas(operation);
  if (typeof before !== 'number') return impossible('the number of replicas before is not known');
  if (set === before || typeof set !== 'number')
    return impossible('the number of replicas did not change, so there is nothing to take back');
  const body: readonly PatchStep[] = [
    { op: 'test', path: '/spec/replicas', value: set },
    { op: 'replace', path: '/spec/replicas', value: before },
  ];
  return {
    type: 'possible',
    operation: { ...patchOf(operation, body), before: withReplicas(operation.before, set) },
    words: `scale ${targetWords(operation.target)} back from ${set} to ${before} replicas`,
  };
}

function withReplicas(object: Json, replicas: number): Json {
  if (!isClusterObject(object)) return object;
  const spec = object['spec'];
  return { ...object, spec: { ...(typeof spec === 'object' && spec !== null && !isList(spec) ? spec : {}), replicas } };
}

function undoOfPatch(operation: ChangeOperation, after: Json | undefined): Undo {
  if (!isClusterObject(after)) return impossible('what the server made of the change is not known');
  const steps = inversePatch(operation.before, after, touchedPaths(operation));
  if (steps.length === 0) return impossible('it changed nothing, so there is nothing to take back');
  return { type: 'possible', operation: { ...patchOf(operation, steps), before: after }, words: undoWords(operation, steps) };
}

/** The same request with another body; a verb that names one direction becomes its opposite. */
function patchOf(operation: ChangeOperation, body: readonly PatchStep[]): ChangeOperation {
  const { path, query } = operation.request;
  return {
    ...operation,
    verb: opposites[operation.verb] ?? operation.verb,
    request: { method: 'PATCH', path, query, contentType: 'application/json-patch+json', body },
    volatile: [],
  };
}

const opposites: Readonly<Record<string, string>> = {
  cordon: 'uncordon',
  uncordon: 'cordon',
  'rollout pause': 'rollout resume',
  'rollout resume': 'rollout pause',
  'rollout undo': 'patch',
  'set image': 'patch',
  'set env': 'patch',
  'set resources': 'patch',
};

const wholeSentences: Readonly<Record<string, (target: string) => string>> = {
  cordon: (target) => `uncordon ${target}`,
  uncordon: (target) => `cordon ${target} again`,
  'rollout pause': (target) => `resume the rollout of ${target}`,
  'rollout resume': (target) => `pause the rollout of ${target} again`,
  'rollout undo': (target) => `give ${target} back the template that it had before the rollback`,
};

function undoWords(operation: ChangeOperation, steps: readonly PatchStep[]): string {
  const target = targetWords(operation.target);
  const sentence = wholeSentences[operation.verb];
  if (sentence !== undefined) return sentence(target);
  const isSecret = operation.target.kind === 'Secret';
  const changes = steps.flatMap((step) => (step.op === 'test' ? [] : [stepWords(step, { operation, isSecret })]));
  return `in ${target}: ${changes.join(', ')}`;
}

function stepWords(step: PatchStep, { operation, isSecret }: { operation: ChangeOperation; isSecret: boolean }): string {
  const field = fieldName(namedPath(step.path, operation.before));
  if (step.op === 'remove') return `take ${field} away`;
  return `set ${field} back to ${isSecret ? 'its former value' : valueWords(step.value)}`;
}

/** Indexes become the names of the elements, which is how people know containers. */
function namedPath(pointer: string, before: Json): ReturnType<typeof pathOfPointer> {
  return pathOfPointer(pointer).reduce<ReturnType<typeof pathOfPointer>>((known, part) => {
    const element = contentAt(before, [...known, part]);
    const name = isList(contentAt(before, known)) ? contentAt(element, ['name']) : undefined;
    return [...known, typeof name === 'string' ? { key: 'name', value: name } : part];
  }, []);
}
