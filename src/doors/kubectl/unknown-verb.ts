import { distance } from 'fastest-levenshtein';
import type { KubectlProblem, KubectlProgram } from './call.ts';

/** kubectl's own commands in the order of its help, which is the order in which it suggests them. */
const commands: readonly string[] = [
  'create',
  'expose',
  'run',
  'set',
  'explain',
  'get',
  'edit',
  'delete',
  'rollout',
  'scale',
  'autoscale',
  'certificate',
  'cluster-info',
  'top',
  'cordon',
  'uncordon',
  'drain',
  'taint',
  'describe',
  'logs',
  'attach',
  'exec',
  'port-forward',
  'proxy',
  'cp',
  'auth',
  'debug',
  'events',
  'diff',
  'apply',
  'patch',
  'replace',
  'wait',
  'kustomize',
  'label',
  'annotate',
  'completion',
  'api-resources',
  'api-versions',
  'config',
  'plugin',
  'version',
];

/** Words that kubectl takes for a certain command although they are spelled otherwise. */
const meant: Readonly<Record<string, string>> = { list: 'get', ls: 'get', rm: 'delete', remove: 'delete' };

/** What kubectl prints for a command that it does not have: nothing, a misspelled one, a group without its second word, a plugin. */
export function unknownVerb(
  program: KubectlProgram,
  found: { words: readonly string[]; group: string },
  argv: readonly string[],
): KubectlProblem {
  const [word] = found.words;
  if (word === undefined) {
    const text = `${program}: help texts are not shown here. Say what to do, for example "${program} get pods".\n`;
    return { problem: 'help', text, exitCode: 0 };
  }
  if (found.group !== '') return unknownInGroup(program, found);
  const flag = argv[0];
  if (flag?.startsWith('-') === true && !argv.slice(1).includes(word)) return unknownText(program, word);
  if (flag?.startsWith('-') === true)
    return { problem: 'unknown-verb', text: `Error: flags cannot be placed before plugin name: ${flag}\n`, exitCode: 1 };
  return unknownText(program, word);
}

function unknownInGroup(program: KubectlProgram, found: { words: readonly string[]; group: string }): KubectlProblem {
  const second = found.words[found.group.split(' ').length];
  const command = `${program} ${found.group}`;
  if (second === undefined) {
    return {
      problem: 'help',
      text: `${command}: help texts are not shown here. Say what to do, for example "${command} status".\n`,
      exitCode: 1,
    };
  }
  const text = `error: unknown command ${JSON.stringify(second)}\nSee '${command} -h' for help and examples\n`;
  return { problem: 'unknown-verb', text, exitCode: 1 };
}

function unknownText(program: KubectlProgram, word: string): KubectlProblem {
  const lower = word.toLowerCase();
  const close = commands.filter((command) => distance(lower, command) <= 2 || command.startsWith(lower) || meant[lower] === command);
  const advice = close.length === 0 ? '' : `\n\nDid you mean this?\n${close.map((command) => `\t${command}`).join('\n')}`;
  return {
    problem: 'unknown-verb',
    text: `error: unknown command ${JSON.stringify(word)} for ${JSON.stringify(program)}${advice}\n`,
    exitCode: 1,
  };
}
