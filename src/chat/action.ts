import { z } from 'zod';

const incident = z.number().int().positive().optional();
const command = z.string().regex(/^[a-z]+$/);

/**
 * What a button, menu item or form carries: which command, and on which incident unless the command is about none (declare). State is
 * always looked up in the store, never carried.
 */
const actionSchema = z.discriminatedUnion('type', [
  /** Runs a command without arguments on the incident, as if typed. */
  z.object({ type: z.literal('run'), command, incident }),
  /** Opens the form of a command. */
  z.object({ type: z.literal('form'), command, incident }),
]);
export type Action = z.infer<typeof actionSchema>;

/** Text form, at most 255 characters: "run:ack:42", "form:declare". */
export function encodeAction(action: Action): string {
  return action.incident === undefined ? `${action.type}:${action.command}` : `${action.type}:${action.command}:${action.incident}`;
}

/** Undefined for anything that `encodeAction` did not write. */
export function decodeAction(text: string): Action | undefined {
  const match = /^([a-z]+):([a-z]+)(?::([1-9]\d*))?$/.exec(text);
  if (match === null) return undefined;
  const [, type, command, incident] = match;
  const parsed = actionSchema.safeParse({ type, command, ...(incident === undefined ? {} : { incident: Number(incident) }) });
  return parsed.success ? parsed.data : undefined;
}
