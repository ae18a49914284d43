import * as fc from 'fast-check';
import type { Json } from '../../../src/kernel/json.ts';
import { anyText, longText } from './text.ts';

/** JSON of any form, keys that objects inherit among them. */
export const anyJson: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom<Json>(null, true, false, 0, -1, 1.5, 1e308, 2 ** 53),
    anyText,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(anyText, fc.constantFrom('id', 'type', 'status', 'labels')), tie('value'), { maxKeys: 4 }),
  ),
})).value;

type Change =
  | { type: 'put'; at: number; value: Json }
  | { type: 'drop'; at: number }
  | { type: 'rename'; at: number; to: string }
  | { type: 'repeat'; at: number; times: number }
  | { type: 'nest'; at: number; depth: number };

const at = fc.nat(500);
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constant('put' as const), at, value: anyJson }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('drop' as const), at }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('rename' as const), at, to: anyText }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('repeat' as const), at, times: fc.integer({ min: 2, max: 60 }) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('nest' as const), at, depth: fc.integer({ min: 1, max: 4000 }) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('put' as const), at, value: longText(anyText, 20_000) }) },
);

/** The value with some places of it replaced, missing, called otherwise, repeated or nested deeply. */
export function mutated(base: fc.Arbitrary<Json>, most = 5): fc.Arbitrary<Json> {
  return fc.tuple(base, fc.array(change, { maxLength: most })).map(([value, changes]) => changes.reduce(changed, value));
}

function isNode(value: Json): value is Json[] | { [key: string]: Json } {
  return typeof value === 'object' && value !== null;
}

/** All places of a value: which node, and which of its keys. */
function placesOf(value: Json): { keys: readonly string[] }[] {
  const places: { keys: readonly string[] }[] = [];
  const walk = (node: Json, keys: readonly string[]): void => {
    if (!isNode(node) || keys.length > 12) return;
    for (const [key, child] of Object.entries(node)) {
      places.push({ keys: [...keys, key] });
      walk(child, [...keys, key]);
    }
  };
  walk(value, []);
  return places;
}

function changed(value: Json, wish: Change): Json {
  const places = placesOf(value);
  const place = places[wish.at % Math.max(1, places.length)];
  return place === undefined ? value : changedAt(value, place.keys, wish);
}

function changedAt(value: Json, keys: readonly string[], wish: Change): Json {
  const [key, ...deeper] = keys;
  if (!isNode(value) || key === undefined) return value;
  const entries = Object.entries(value).flatMap(([name, child]): [string, Json][] => {
    if (name !== key) return [[name, child]];
    return deeper.length > 0 ? [[name, changedAt(child, deeper, wish)]] : changedEntry(name, child, wish);
  });
  return Array.isArray(value) ? entries.map(([, child]) => child) : Object.fromEntries(entries);
}

function changedEntry(name: string, child: Json, wish: Change): [string, Json][] {
  switch (wish.type) {
    case 'put':
      return [[name, wish.value]];
    case 'drop':
      return [];
    case 'rename':
      return [[wish.to, child]];
    case 'repeat':
      return Array.from({ length: wish.times }, (_, index) => [`${name}${index === 0 ? '' : index}`, child]);
    case 'nest':
      return [[name, Array.from({ length: wish.depth }).reduce<Json>((inner) => [inner], child)]];
  }
}
