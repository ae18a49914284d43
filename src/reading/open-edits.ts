import { isProblem, kubectlProgram, parseKubectl } from '../doors/kubectl/call.ts';
import { kubectlRegistry } from '../doors/kubectl/registry.ts';
import type { Parameter } from './parameter.ts';
import type { ShellCall } from './shell-tree.ts';

/** The variable that stands for the patch in a script, and what replaces it: always the quoted form. */
const PATCH_VARIABLE = 'tocsin_patch';
const PATCH_WORD = `"\${${PATCH_VARIABLE}}"`;

export const patchParameter: Parameter = {
  name: 'patch',
  raw: 'edit',
  type: { type: 'patch' },
  isPlain: false,
  variables: [PATCH_VARIABLE],
};

/**
 * `edit` opens an editor, which chat has not. Its result is a change of one object, so `edit TYPE NAME` becomes `patch` with the change as a
 * parameter. Secrets stay manual: their content would stand in the thread.
 */
export function openEdit(text: string, call: ShellCall): { start: number; end: number; text: string } | undefined {
  const [name, ...argv] = call.words.map((word) => word.text);
  const program = kubectlProgram(name ?? '');
  if (program === undefined || !argv.includes('edit')) return undefined;
  const parsed = parseKubectl(program, argv, kubectlRegistry);
  if (isProblem(parsed) || parsed.verb !== 'edit' || !isOneObject(parsed.args) || /^secrets?(?:\/|$)/.test(parsed.args[0] ?? ''))
    return undefined;
  const place = /\sedit(?=\s)/.exec(text.slice(call.start, call.end));
  if (place === null) return undefined;
  const start = call.start + place.index + 1;
  return { start, end: start + 'edit'.length, text: `patch --type merge -p ${PATCH_WORD}` };
}

function isOneObject(args: readonly string[]): boolean {
  const [first = '', second] = args;
  return args.length === (first.includes('/') ? 1 : 2) && !first.includes(',') && second !== '';
}

/** The script with the patch in single quotes, where no character of it can be anything but text. */
export function withPatch(script: string, json: string): string {
  return script.replaceAll(PATCH_WORD, () => `'${json}'`);
}
