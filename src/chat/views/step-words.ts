import { cutText } from '../../export/wording.ts';
import type { StepReading } from '../../reading/read-step.ts';

/** A sign and a word for what a step does: nobody has to know signs. */
const kindWords = {
  diagnostic: '🔍 reads',
  mitigation: '🛠️ changes, needs approval',
  parameters: '✏️ needs values',
  manual: '👤 by hand',
} as const satisfies Record<StepReading['kind'], string>;

/** "🔍 reads", "✏️ needs values (pod), then reads", "👤 by hand (opens a terminal)". */
export function kindText(reading: StepReading): string {
  const { kind, kindOnceFilled, parameters, reason, commands, executable } = reading;
  const rest = commands.length - executable;
  const byHand = executable > 0 && rest > 0 ? `, ${rest} of ${commands.length} lines by hand` : '';
  if (kind === 'parameters') {
    const names = cutText([...new Set(parameters.map(({ name }) => name))].join(', '), 60);
    return `${kindWords.parameters} (${names}), then ${kindOnceFilled === 'mitigation' ? 'changes, needs approval' : 'reads'}${byHand}`;
  }
  // A step without commands needs no reason: it is prose.
  const why = kind === 'manual' && commands.length > 0 && reason !== undefined ? ` (${cutText(reason, 80)})` : '';
  return `${kindWords[kind]}${why}${byHand}`;
}
