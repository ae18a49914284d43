import * as fc from 'fast-check';
import { describeError } from '../../../src/kernel/errors.ts';

/** What is asked of one part of the product, whatever it is given. */
export type FuzzTarget = {
  name: string;
  /** The property in words, for the list and the report. */
  promises: string;
  /** Its part of all cases: what costs microseconds gets more of them than what opens a connection. */
  share: number;
  /** Why it cannot be asked on this machine; absent when it can. */
  missing?: string;
  check(how: CheckOptions): Promise<Checked>;
};

type CheckOptions = {
  seed: number;
  cases: number;
  /** Where in the seed's cases to begin, as a finding names it. */
  path?: string;
  /** Called before each case, so that somebody outside sees it go on. */
  onCase: () => void;
};

/** How many cases were tried, and the smallest one found that breaks the promise. */
export type Checked = { cases: number; finding?: { path: string; example: string; message: string } };

type Wish<T, W> = Omit<FuzzTarget, 'check'> & {
  given: fc.Arbitrary<T>;
  /** What all cases share: a server, a store, a thread. */
  open: () => W | Promise<W>;
  /** Throws when the promise is broken. */
  run: (value: T, world: W) => void | Promise<void>;
  close?: (world: W) => Promise<void>;
};

const longestExample = 4000;

export function createTarget<T, W>({ given, open, run, close, ...about }: Wish<T, W>): FuzzTarget {
  return {
    ...about,
    async check({ seed, cases, path, onCase }) {
      const world = await open();
      try {
        const property = fc.asyncProperty(given, async (value) => {
          onCase();
          await run(value, world);
        });
        const details = await fc.check(property, { seed, numRuns: cases, ...(path === undefined ? {} : { path }) });
        if (!details.failed) return { cases: details.numRuns };
        const example = fc.stringify(details.counterexample).slice(0, longestExample);
        const message = describeError(details.errorInstance).slice(0, longestExample);
        return { cases: details.numRuns, finding: { path: details.counterexamplePath ?? '', example, message } };
      } finally {
        await close?.(world);
      }
    },
  };
}
