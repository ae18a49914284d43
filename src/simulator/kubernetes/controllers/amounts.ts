import type { Value } from '../tree.ts';

const units: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** A quantity as a number: "500m" is 0.5, "1Gi" 1073741824; 0 for what is none. */
export function amountOf(quantity: Value | undefined): number {
  if (typeof quantity === 'number') return quantity;
  const match = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(typeof quantity === 'string' ? quantity : '');
  return match === null ? 0 : Number(match[1]) * (units[match[2] ?? ''] ?? 0);
}
