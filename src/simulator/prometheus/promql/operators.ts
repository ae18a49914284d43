const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': power,
  atan2: Math.atan2,
};

const tests: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
};

/** Go: 1 to the power of anything is 1, and so is -1 to an infinite one. */
function power(a: number, b: number): number {
  return a === 1 || (a === -1 && !Number.isFinite(b) && !Number.isNaN(b)) ? 1 : a ** b;
}

/** What an operator makes of two values; `keeps` is false where a comparison filters the sample out. */
export function operate(op: string, a: number, b: number): { value: number; keeps: boolean } {
  const test = tests[op];
  if (test !== undefined) return { value: a, keeps: test(a, b) };
  return { value: operators[op]?.(a, b) ?? Number.NaN, keeps: true };
}
