/** What a program with its words does. `inner`: it only starts another one, which decides. */
export type Verdict = { type: 'reading' } | { type: 'change'; reason: string } | { type: 'inner'; argv: readonly string[] };

export const reading: Verdict = { type: 'reading' };
export const change = (reason: string): Verdict => ({ type: 'change', reason });
