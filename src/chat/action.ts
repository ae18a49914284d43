import { z } from 'zod';

const incident = z.number().int().positive().optional();
const command = z.string().regex(/^[a-z]+$/);
/** What a person would type behind the incident, or the command: the number of a step ("5.2") or of an execution, or a word. */
const argument = z
  .string()
  .regex(/^[a-z0-9.]{1,20}$/)
  .optional();

/**
 * What a button, menu item or form carries: which command, and on which incident unless the command is about none (declare). State is
 * always looked up in the store, never carried.
 */
const actionSchema = z.discriminatedUnion('type', [
  /** Runs a command on the incident, as if typed. */
  z.object({ type: z.literal('run'), command, incident, argument }),
  /** Opens the form of a command. */
  z.object({ type: z.literal('form'), command, incident, argument }),
]);
export type Action = z.infer<typeof actionSchema>;

/** Text form, at most 255 characters: "run:ack:42", "form:declare", "run:run:42:2.3", and without an incident a word, "run:doctor::retry.messages". */
export function encodeAction({ type, command: name, incident: number, argument: words }: Action): string {
  const about = number === undefined && words === undefined ? [] : [number === undefined ? '' : String(number)];
  return [type, name, ...about, ...(words === undefined ? [] : [words])].join(':');
}

/** Undefined for anything that `encodeAction` did not write. */
export function decodeAction(text: string): Action | undefined {
  const match = /^([a-z]+):([a-z]+)(?::([1-9]\d*)(?::([a-z0-9.]+))?|::([a-z][a-z0-9.]*))?$/.exec(text);
  if (match === null) return undefined;
  const [, type, name, number, behind, alone] = match;
  const words = behind ?? alone;
  const parsed = actionSchema.safeParse({
    type,
    command: name,
    ...(number === undefined ? {} : { incident: Number(number) }),
    ...(words === undefined ? {} : { argument: words }),
  });
  return parsed.success ? parsed.data : undefined;
}
