/** Numbers that look random and are the same for the same seed. */
export type Dice = {
  /** From 0 up to, and without, 1. */
  next(): number;
  /** From 0 up to, and without, `sides`. */
  below(sides: number): number;
  one<T>(of: readonly T[]): T;
  chance(of: number): boolean;
};

/** mulberry32: its quality is that a printed seed brings a failure back. */
export function createDice(seed: number): Dice {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (sides: number) => Math.floor(next() * sides);
  return {
    next,
    below,
    one(of) {
      const chosen = of[below(of.length)];
      if (chosen === undefined) throw new Error('there is nothing to choose from');
      return chosen;
    },
    chance: (of) => next() < of,
  };
}
