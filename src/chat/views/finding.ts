import type { Inline } from '../message.ts';

/** One thing that is not as it should be: what, some of the cases, and what to do next. */
export type Finding = { what: readonly Inline[]; cases?: readonly (readonly Inline[])[]; next: readonly Inline[] };
