import { z } from 'zod';
import type { ChangeOperation } from '../doors/operation.ts';
import type { Json } from '../kernel/json.ts';
import type { Foundation } from './plan.ts';
import { touchedDigest } from './touched.ts';

const identitySchema = z.object({ metadata: z.object({ uid: z.string(), generation: z.number().optional() }) });

/** The uid of an object; empty for what has none. */
export function uidOf(object: Json): string {
  const read = identitySchema.safeParse(object);
  return read.success ? read.data.metadata.uid : '';
}

/** The state that an operation on this object rests on. */
export function foundationOf(operation: ChangeOperation, object: Json): Foundation {
  const read = identitySchema.safeParse(object);
  const generation = read.success ? read.data.metadata.generation : undefined;
  return { uid: uidOf(object), touched: touchedDigest(operation, object), ...(generation === undefined ? {} : { generation }) };
}
