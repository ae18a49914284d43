import { isProblem, kubectlProgram, parseKubectl } from '../../doors/kubectl/call.ts';
import { kubectlRegistry } from '../../doors/kubectl/registry.ts';
import type { CallRecord } from '../../interpreter/script.ts';
import type { PreviewFact } from '../plan.ts';

/** Reads that come after a change: the plan shows what is there before it. Values taken from them may differ when the step is carried out. */
export function lateReads(calls: readonly CallRecord[]): readonly PreviewFact[] {
  const effects = calls.map(({ argv }) => effectOf(argv));
  const firstChange = effects.indexOf('change');
  const late = calls.filter((_, index) => firstChange >= 0 && index > firstChange && effects[index] === 'read');
  const [first] = late;
  if (first === undefined) return [];
  const more = late.length === 1 ? '' : ` and ${late.length - 1} more`;
  return [
    {
      weight: 'note',
      rule: 'late-read',
      text: `"${first.argv.join(' ')}"${more} reads after a change: this plan shows the state before it. If another change follows from it, the run stops there.`,
    },
  ];
}

function effectOf([program = '', ...argv]: readonly string[]): 'read' | 'change' | 'other' {
  const known = kubectlProgram(program);
  if (known === undefined) return 'other';
  const call = parseKubectl(known, argv, kubectlRegistry);
  if (isProblem(call)) return 'other';
  const effect = kubectlRegistry.find(({ name }) => name === call.verb)?.effect(call);
  return effect?.type === 'read' || effect?.type === 'change' ? effect.type : 'other';
}
