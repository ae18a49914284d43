import type { ValueType } from './ast.ts';
import { calendarFunctions, elementFunctions } from './element-functions.ts';
import { rangeFunctions } from './range-functions.ts';

export type Signature = { takes: readonly ValueType[]; returns: ValueType; optional?: number; isVariadic?: true };

/** The scalars that a function takes besides what it is about. */
const scalarsOf: Readonly<Record<string, { before?: number; after?: number; optional?: number }>> = {
  quantile_over_time: { before: 1 },
  predict_linear: { after: 1 },
  clamp: { after: 2 },
  clamp_min: { after: 1 },
  clamp_max: { after: 1 },
  round: { after: 1, optional: 1 },
};

function over(type: ValueType): (name: string) => [string, Signature] {
  return (name) => {
    const { before = 0, after = 0, optional = 0 } = scalarsOf[name] ?? {};
    const takes = [...scalars(before), type, ...scalars(after)];
    return [name, { takes, returns: 'vector', ...(optional === 0 ? {} : { optional }) }];
  };
}

function scalars(count: number): ValueType[] {
  return Array.from({ length: count }, (): ValueType => 'scalar');
}

/** Every function that the simulation knows. */
export const signatures: Readonly<Record<string, Signature>> = {
  ...Object.fromEntries(Object.keys(rangeFunctions).map(over('matrix'))),
  ...Object.fromEntries(Object.keys(elementFunctions).map(over('vector'))),
  ...Object.fromEntries(Object.keys(calendarFunctions).map((name) => [name, { takes: ['vector'], returns: 'vector', optional: 1 }])),
  absent: { takes: ['vector'], returns: 'vector' },
  absent_over_time: { takes: ['matrix'], returns: 'vector' },
  histogram_quantile: { takes: ['scalar', 'vector'], returns: 'vector' },
  label_replace: { takes: ['vector', 'string', 'string', 'string', 'string'], returns: 'vector' },
  label_join: { takes: ['vector', 'string', 'string', 'string'], returns: 'vector', optional: 1, isVariadic: true },
  pi: { takes: [], returns: 'scalar' },
  scalar: { takes: ['vector'], returns: 'scalar' },
  sort: { takes: ['vector'], returns: 'vector' },
  sort_desc: { takes: ['vector'], returns: 'vector' },
  time: { takes: [], returns: 'scalar' },
  timestamp: { takes: ['vector'], returns: 'vector' },
  vector: { takes: ['scalar'], returns: 'vector' },
};

/** Functions and aggregations, the latter in any case of letters. */
export function isFunction(name: string): boolean {
  return Object.hasOwn(signatures, name) || aggregations.includes(name.toLowerCase());
}

const aggregations = ['sum', 'avg', 'min', 'max', 'count', 'stddev', 'stdvar', 'group', 'topk', 'bottomk', 'quantile', 'count_values'];
