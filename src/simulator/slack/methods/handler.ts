import type { z } from 'zod';
import type { Core } from '../core.ts';
import type { MethodSpec } from '../tables/method-spec.ts';

/** The arguments of a method, as its table describes them. */
export type Args<Spec extends MethodSpec> = z.infer<z.ZodObject<Spec['args']>>;

/** The rest of an `ok: true` answer. Refusals are thrown as ApiError, before anything has changed. */
export type Result = Readonly<Record<string, unknown>>;

export type Handlers<Table extends Record<string, MethodSpec>> = {
  readonly [Name in keyof Table]: (core: Core, args: Args<Table[Name]>) => Result;
};
