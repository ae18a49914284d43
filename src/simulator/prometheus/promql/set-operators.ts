import type { Binary } from './ast.ts';
import type { Sample } from './value.ts';
import { signatureOf } from './vector-matching.ts';

/** `and`, `or`, `unless`: samples are taken or left, never changed. */
export function combined(expr: Binary, lhs: readonly Sample[], rhs: readonly Sample[]): readonly Sample[] {
  const sign = ({ labels }: Sample) => signatureOf(labels, expr.matching);
  if (expr.op === 'or') {
    const left = new Set(lhs.map(sign));
    return [...lhs, ...rhs.filter((sample) => !left.has(sign(sample)))];
  }
  const right = new Set(rhs.map(sign));
  return lhs.filter((sample) => right.has(sign(sample)) === (expr.op === 'and'));
}
