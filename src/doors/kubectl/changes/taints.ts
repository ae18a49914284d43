import type { JsonObject } from '../../../kernel/json.ts';
import { textAt } from '../json-fields.ts';
import { joinErrors, KubectlError } from '../kubectl-error.ts';
import { labelValueFaults, qualifiedNameFaults } from './label-rules.ts';

type Taint = { key: string; value: string; effect: string };

export type TaintChanges = { add: readonly Taint[]; remove: readonly Taint[] };

const effects = new Set(['NoSchedule', 'PreferNoSchedule', 'NoExecute']);

/** Whether a word is about a taint: "key=value:Effect", "key:Effect", "key-". */
export function isTaintWord(word: string): boolean {
  return word.includes('=') || word.includes(':') || word.endsWith('-');
}

export function parseTaints(words: readonly string[], program: string): TaintChanges {
  const add: Taint[] = [];
  const remove: Taint[] = [];
  try {
    for (const word of words) {
      if (word.endsWith('-')) {
        remove.push({ ...parseTaint(word.slice(0, -1)), value: '' });
        continue;
      }
      const taint = parseTaint(word);
      if (taint.effect === '') throw new KubectlError(`invalid taint spec: ${word}`);
      if (add.some((other) => other.key === taint.key && other.effect === taint.effect)) {
        throw new KubectlError(`duplicated taints with the same key and effect: {${taint.key} ${taint.value} ${taint.effect} <nil>}`);
      }
      add.push(taint);
    }
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error;
    throw new KubectlError(`${error.message}\nSee '${program} taint -h' for help and examples`);
  }
  return { add, remove };
}

function parseTaint(text: string): Taint {
  const [head = '', effect, ...more] = text.split(':');
  if (more.length > 0) throw new KubectlError(`invalid taint spec: ${text}`);
  if (effect === undefined) return checked({ key: head, value: '', effect: '' }, text);
  if (!effects.has(effect)) throw new KubectlError(`invalid taint effect: ${effect}, unsupported taint effect`);
  const [key = '', value = '', ...rest] = head.split('=');
  if (rest.length > 0) throw new KubectlError(`invalid taint spec: ${text}`);
  const faults = labelValueFaults(value);
  if (faults.length > 0) throw new KubectlError(`invalid taint spec: ${text}, ${faults.join('; ')}`);
  return checked({ key, value, effect }, text);
}

function checked(taint: Taint, text: string): Taint {
  const faults = qualifiedNameFaults(taint.key);
  if (faults.length > 0) throw new KubectlError(`invalid taint spec: ${text}, ${faults.join('; ')}`);
  return taint;
}

/** A node's taints after the changes, and the word that kubectl has for it. */
export function retaint(
  node: { name: string; taints: readonly JsonObject[] },
  changes: TaintChanges,
  overwrite: boolean,
): { done: string; taints: readonly JsonObject[] } {
  const matches = (taint: Taint, old: JsonObject): boolean => taint.key === textAt(old, 'key') && taint.effect === textAt(old, 'effect');
  const existing = changes.add.filter((taint) => node.taints.some((old) => matches(taint, old)));
  if (!overwrite && existing.length > 0) {
    throw new KubectlError(
      `node ${node.name} already has ${existing.map((taint) => taint.key).join(',')} taint(s) with same effect(s) and --overwrite is false`,
    );
  }
  const added = changes.add.map(({ key, value, effect }): JsonObject => (value === '' ? { key, effect } : { key, value, effect }));
  const kept = node.taints.filter((old) => !changes.add.some((taint) => matches(taint, old)));
  return without([...added, ...kept], { changes, isMore: node.taints.length !== added.length + kept.length, overwrite });
}

function without(
  taints: readonly JsonObject[],
  { changes, isMore, overwrite }: { changes: TaintChanges; isMore: boolean; overwrite: boolean },
): { done: string; taints: readonly JsonObject[] } {
  let left = taints;
  let removed = false;
  const faults: KubectlError[] = [];
  for (const gone of changes.remove) {
    const next = left.filter(
      (taint) => textAt(taint, 'key') !== gone.key || (gone.effect !== '' && textAt(taint, 'effect') !== gone.effect),
    );
    removed = next.length !== left.length;
    if (!removed) faults.push(new KubectlError(`taint "${gone.key}${gone.effect === '' ? '' : `:${gone.effect}`}" not found`));
    left = next;
  }
  if (faults.length > 0) throw joinErrors(faults);
  if ((isMore && removed) || overwrite) return { done: 'modified', taints: left };
  return { done: isMore ? 'tainted' : 'untainted', taints: left };
}
