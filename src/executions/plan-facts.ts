import type { Operation } from '../doors/operation.ts';
import type { ExecutionId, Risk } from '../incidents/execution.ts';
import { sha256 } from '../kernel/hash.ts';
import type { Instant } from '../kernel/instant.ts';
import { canonicalJson } from '../kernel/json.ts';
import type { Json } from '../kernel/json.ts';
import type { Plan } from '../operations/plan.ts';

/**
 * What an approval is bound to: the plan to its last letter, until when, and for which execution. Whoever changes the stored plan, the
 * expiry, or puts the vote elsewhere gets another digest.
 */
export function approvalDigest(plan: Plan, bound: { id: ExecutionId; expiresAt: Instant; quorum: number }): string {
  return sha256(canonicalJson(asJson({ plan, ...bound })));
}

function asJson(value: object): Json {
  // A plan is stored as JSON before anybody approves it: it holds plain data alone.
  return JSON.parse(JSON.stringify(value)) as Json;
}

export function riskOf(plan: Plan): Risk {
  if (plan.operations.length === 0) return 'low';
  return plan.operations.every(({ undo }) => undo.type === 'possible') ? 'medium' : 'high';
}

/** Where the plan changes something; an empty text stands for what is in no namespace, such as a node or a web address. */
export function namespacesOf(plan: Plan): readonly string[] {
  return unique(plan.operations.map(({ operation }) => targetOf(operation)?.namespace ?? ''));
}

/** The locks that the plan needs: one for each object, whatever is changed in it. */
export function lockKeysOf(plan: Plan): readonly string[] {
  return unique(plan.operations.flatMap(({ operation }) => keysOf(operation)));
}

function keysOf(operation: Operation): readonly string[] {
  if (operation.type === 'http') return [`${operation.method} ${operation.url.replace(/[?#].*$/, '')}`];
  const target = operation.type === 'change' ? operation.target : operation.pod;
  const group = target.apiVersion.includes('/') ? target.apiVersion.replace(/\/.*$/, '') : 'core';
  const place = target.namespace ?? '';
  const key = `${group}/${target.resource}/${place}/${target.name}`;
  // The pod behind "deployment/nats" is chosen anew at each run, so the deployment stands for all of them.
  return operation.type === 'exec' && operation.via !== undefined ? [key, `exec/${place}/${operation.via}`] : [key];
}

function targetOf(operation: Operation) {
  if (operation.type === 'http') return undefined;
  return operation.type === 'change' ? operation.target : operation.pod;
}

/** Whether what the plan does can be taken back, in one line. */
export function undoOf(plan: Plan): { isPossible: boolean; words: string } {
  const words = plan.operations.map(({ undo }) => (undo.type === 'possible' ? undo.words : `cannot be undone: ${undo.reason}`));
  return { isPossible: plan.operations.some(({ undo }) => undo.type === 'possible'), words: unique(words).join('; ') };
}

export function blockersOf(plan: Plan): readonly string[] {
  return plan.facts.filter(({ weight }) => weight === 'blocker').map(({ text }) => text);
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
