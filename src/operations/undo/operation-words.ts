import type { ChangeOperation, ExecOperation, HttpOperation, Operation, Target } from '../../doors/operation.ts';
import type { Json } from '../../kernel/json.ts';
import { fieldName, valueWords } from './field-names.ts';
import { touchedPaths } from './touched-paths.ts';
import { contentAt, isList, isObject } from './tree.ts';

const longestArgument = 120;

/** An operation in one line for whoever approves: "scale Deployment video-processing/gpu-worker from 3 to 10 replicas". */
export function operationWords(operation: Operation): string {
  switch (operation.type) {
    case 'change':
      return changeWords(operation);
    case 'exec':
      return execWords(operation);
    case 'http':
      return httpWords(operation);
  }
}

/** "Deployment video-processing/gpu-worker", "Node n1". */
export function targetWords(target: Target): string {
  return `${target.kind} ${target.namespace === undefined ? '' : `${target.namespace}/`}${target.name}`;
}

/** The replicas that a scale asks for, whatever form its body has. */
export function wantedReplicas(operation: ChangeOperation): number | undefined {
  const { body } = operation.request;
  const step = isList(body)
    ? body.findLast((each) => contentAt(each, ['path']) === '/spec/replicas' && contentAt(each, ['op']) !== 'test')
    : undefined;
  const value = step === undefined ? contentAt(body, ['spec', 'replicas']) : contentAt(step, ['value']);
  return typeof value === 'number' ? value : undefined;
}

const fixedWords: Readonly<Record<string, (target: string) => string>> = {
  'rollout restart': (target) => `restart ${target}, pod by pod`,
  'rollout undo': (target) => `roll ${target} back to an earlier template`,
  'rollout pause': (target) => `pause the rollout of ${target}`,
  'rollout resume': (target) => `resume the rollout of ${target}`,
  cordon: (target) => `cordon ${target}: no new pods there`,
  uncordon: (target) => `uncordon ${target}: new pods may go there`,
};

function changeWords(operation: ChangeOperation): string {
  const target = targetWords(operation.target);
  if (operation.subresource === 'eviction') return `evict ${target}`;
  if (operation.request.method === 'DELETE')
    return `${isForced(operation.request.body) ? 'delete at once, without waiting for its end,' : 'delete'} ${target}`;
  if (operation.subresource === 'scale') return scaleWords(operation);
  return fixedWords[operation.verb]?.(target) ?? `${operation.verb} ${target}${touchedWords(operation)}`;
}

function isForced(body: Json | undefined): boolean {
  return contentAt(body, ['gracePeriodSeconds']) === 0;
}

function scaleWords(operation: ChangeOperation): string {
  const [from, to] = [contentAt(operation.before, ['spec', 'replicas']), wantedReplicas(operation)];
  return `scale ${targetWords(operation.target)} from ${valueWords(from)} to ${valueWords(to)} replicas`;
}

const mostFields = 4;

function touchedWords(operation: ChangeOperation): string {
  const paths = touchedPaths(operation).filter((path) => path.length > 0);
  const fields = [...new Set(paths.map((path) => fieldName(path)))];
  if (fields.length === 0) return '';
  const more = fields.length > mostFields ? ` and ${fields.length - mostFields} more` : '';
  return `: ${fields.slice(0, mostFields).join(', ')}${more}`;
}

function execWords(operation: ExecOperation): string {
  const command = operation.argv.map((word) => (word.length > longestArgument ? `${word.slice(0, longestArgument)}…` : word)).join(' ');
  const via = operation.via === undefined ? '' : ` (of ${operation.via})`;
  return `run "${command}" in container ${operation.container} of ${targetWords(operation.pod)}${via}`;
}

function httpWords(operation: HttpOperation): string {
  const body = operation.body === undefined || operation.body === '' ? '' : ` with ${operation.body.length} characters of body`;
  return `send ${operation.method} ${operation.url}${body}`;
}

/** Whether a JSON value is an object of the cluster, and not a Status or nothing. */
export function isClusterObject(value: Json | undefined): value is { readonly [key: string]: Json | undefined } {
  return isObject(value) && value['kind'] !== 'Status' && isObject(value['metadata']);
}
