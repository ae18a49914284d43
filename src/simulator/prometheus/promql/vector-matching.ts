import type { Binary, Matching } from './ast.ts';
import { isComparison } from './check.ts';
import { ExecutionError } from './errors.ts';
import { describeLabels, keyOf, nameLabel, only, withLabel, without } from './labels.ts';
import type { Labels } from './labels.ts';
import { operate } from './operators.ts';
import type { Sample } from './value.ts';

/** What two samples have to have in common to be matched. */
export function signatureOf(labels: Labels, matching: Matching): string {
  return keyOf(matchedLabels(labels, matching));
}

function matchedLabels(labels: Labels, { on, labels: names }: Matching): Labels {
  return on ? only(labels, names) : without(labels, [...names, nameLabel]);
}

/** An operator between two vectors, sample by sample. */
export function matched(expr: Binary, lhs: readonly Sample[], rhs: readonly Sample[]): readonly Sample[] {
  const { matching } = expr;
  const [many, one] = matching.card === 'right' ? [rhs, lhs] : [lhs, rhs];
  const ones = uniqueSide(one, matching);
  const seen = new Set<string>();
  return many.flatMap((sample): Sample[] => {
    const signature = signatureOf(sample.labels, matching);
    const other = ones.get(signature);
    if (other === undefined) return [];
    const [left, right] = matching.card === 'right' ? [other, sample] : [sample, other];
    const { value, keeps } = operate(expr.op, left.v, right.v);
    const isFilter = isComparison(expr.op) && !expr.isBool;
    if (isFilter && !keeps) return [];
    const labels = resultLabels(sample.labels, other.labels, expr);
    refuseTwice(seen, matching.card === 'one-to-one' ? signature : `${signature} ${keyOf(labels)}`, matching);
    return [{ labels, v: isComparison(expr.op) && expr.isBool ? Number(keeps) : value }];
  });
}

function refuseTwice(seen: Set<string>, mark: string, { card }: Matching): void {
  if (seen.has(mark))
    throw new ExecutionError(
      card === 'one-to-one'
        ? 'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)'
        : 'multiple matches for labels: grouping labels must ensure unique matches',
    );
  seen.add(mark);
}

function uniqueSide(samples: readonly Sample[], matching: Matching): Map<string, Sample> {
  const found = new Map<string, Sample>();
  for (const sample of samples) {
    const signature = signatureOf(sample.labels, matching);
    const twin = found.get(signature);
    if (twin !== undefined) {
      const side = matching.card === 'right' ? 'left' : 'right';
      const group = describeLabels(matchedLabels(sample.labels, matching));
      const both = [sample, twin].map(({ labels }) => describeLabels(labels)).join(', ');
      throw new ExecutionError(
        `found duplicate series for the match group ${group} on the ${side} hand-side of the operation: [${both}]` +
          ';many-to-many matching not allowed: matching labels must be unique on one side',
      );
    }
    found.set(signature, sample);
  }
  return found;
}

/** The labels of the side with many, without its name where a new value was computed, and with what the other side lends. */
function resultLabels(many: Labels, one: Labels, { op, matching, isBool }: Binary): Labels {
  const named = !isComparison(op) || isBool ? without(many, [nameLabel]) : many;
  if (matching.card === 'one-to-one') return matching.on ? only(named, matching.labels) : without(named, matching.labels);
  return matching.include.reduce((labels, name) => withLabel(labels, name, one.get(name) ?? ''), named);
}
