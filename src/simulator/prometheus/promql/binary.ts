import type { Binary } from './ast.ts';
import { isComparison, setOperators } from './check.ts';
import { withoutName } from './labels.ts';
import { operate } from './operators.ts';
import { combined } from './set-operators.ts';
import { distinct } from './value.ts';
import type { Sample, Value } from './value.ts';
import { matched } from './vector-matching.ts';

export function arithmetic(expr: Binary, lhs: Value, rhs: Value): Value {
  const { op } = expr;
  if (lhs.type === 'scalar' && rhs.type === 'scalar') {
    const { value, keeps } = operate(op, lhs.value, rhs.value);
    return { type: 'scalar', value: isComparison(op) ? Number(keeps) : value };
  }
  if (lhs.type === 'vector' && rhs.type === 'vector') {
    const samples = setOperators.includes(op) ? combined(expr, lhs.samples, rhs.samples) : matched(expr, lhs.samples, rhs.samples);
    return { type: 'vector', samples: distinct(samples) };
  }
  if (lhs.type === 'vector' && rhs.type === 'scalar')
    return withScalar(expr, lhs.samples, (v) => ({ ...operate(op, v, rhs.value), own: v }));
  if (lhs.type === 'scalar' && rhs.type === 'vector')
    return withScalar(expr, rhs.samples, (v) => ({ ...operate(op, lhs.value, v), own: v }));
  return { type: 'vector', samples: [] };
}

type Operated = { value: number; keeps: boolean; own: number };

/** A comparison keeps the sample of the vector as it was, whichever side that stands on. */
function withScalar(expr: Binary, samples: readonly Sample[], operated: (v: number) => Operated): Value {
  const compares = isComparison(expr.op);
  const results = samples.flatMap(({ labels, v }): Sample[] => {
    const { value, keeps, own } = operated(v);
    if (!compares) return [{ labels: withoutName(labels), v: value }];
    if (expr.isBool) return [{ labels: withoutName(labels), v: Number(keeps) }];
    return keeps ? [{ labels, v: own }] : [];
  });
  return { type: 'vector', samples: distinct(results) };
}
