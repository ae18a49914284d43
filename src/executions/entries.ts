import type { Execution } from '../incidents/execution.ts';
import type { Person } from '../incidents/incident.ts';
import type { Output } from '../interpreter/script.ts';
import { sha256 } from '../kernel/hash.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { Actor, EntryDraft, EntryKind } from '../timeline/entry.ts';

/** Tocsin itself, when nobody in particular did it. */
export const ourselves: Actor = { type: 'system', part: 'executions' };

export function byPerson(person: Person): Actor {
  return { type: 'user', ...person };
}

type Rest = { facts?: JsonObject; text?: string; output?: Output; tell?: EntryDraft['tell'] };

/** A timeline entry about an execution: what it is, and the facts of the matter. */
export function entryOf(kind: EntryKind, execution: Execution, rest: Rest & { actor: Actor }): EntryDraft {
  const { number, type, title, step, undoOf } = execution;
  const output = rest.output === undefined ? '' : excerptOf(rest.output);
  return {
    kind,
    actor: rest.actor,
    facts: {
      execution: number,
      type,
      title,
      ...(step === undefined ? {} : { step }),
      ...(undoOf === undefined ? {} : { undoOf }),
      ...(rest.output === undefined ? {} : { outputDigest: digestOfOutput(rest.output) }),
      ...rest.facts,
    },
    ...(rest.text === undefined ? {} : { text: rest.text }),
    ...(output === '' ? {} : { output }),
    ...(rest.tell === undefined ? {} : { tell: rest.tell }),
  };
}

/** The incident's document carries entries until they are relayed, so they hold the two ends of a long output; the rest has its own document. */
const excerptLength = 6000;

function excerptOf({ head, tail, droppedBytes }: Output): string {
  const whole = droppedBytes === 0 ? head + tail : `${head}\n[${droppedBytes} bytes left out]\n${tail}`;
  if (whole.length <= 2 * excerptLength) return whole;
  const left = whole.length - 2 * excerptLength;
  return `${whole.slice(0, excerptLength)}\n[${left} characters left out]\n${whole.slice(-excerptLength)}`;
}

function digestOfOutput(output: Output): string {
  return sha256(JSON.stringify([output.head, output.tail, output.droppedBytes]));
}
