import { z } from 'zod';

/** What a button, menu item or form carries: which verb on which incident. State is always looked up in the store, never carried. */
const actionSchema = z.discriminatedUnion('type', [
  /** Runs a command without arguments on the incident, as if typed. */
  z.object({ type: z.literal('run'), command: z.string().regex(/^[a-z]+$/), incident: z.number().int().positive() }),
  /** Opens the form of a command. */
  z.object({ type: z.literal('form'), command: z.string().regex(/^[a-z]+$/), incident: z.number().int().positive() }),
]);
export type Action = z.infer<typeof actionSchema>;

/** Text form, at most 255 characters: "run:ack:42". */
export function encodeAction(action: Action): string {
  return `${action.type}:${action.command}:${action.incident}`;
}

/** Undefined for anything that `encodeAction` did not write. */
export function decodeAction(text: string): Action | undefined {
  const [type, command, incident, ...rest] = text.split(':');
  if (rest.length > 0 || incident === undefined || !/^[1-9]\d*$/.test(incident)) return undefined;
  const parsed = actionSchema.safeParse({ type, command, incident: Number(incident) });
  return parsed.success ? parsed.data : undefined;
}
