import type { CommandReading } from '../reading/command-reading.ts';
import type { RunbookCommand } from '../runbooks/runbook.ts';
import type { FindingDraft } from './finding.ts';
import { kubectlRules } from './kubectl-rules.ts';
import { urlRules } from './url-rules.ts';

/** A command with what was read of it. */
export type ReadCommand = { command: RunbookCommand; reading: CommandReading };

export type RuleFinding = Omit<FindingDraft, 'line' | 'text'>;

/** A rule looks at one command and says what is wrong with it. */
export type CommandRule = (read: ReadCommand) => readonly RuleFinding[];

const SMART: ReadonlyMap<string, string> = new Map([
  ['“', '"'],
  ['”', '"'],
  ['„', '"'],
  ['‘', "'"],
  ['’', "'"],
  ['–', '--'],
  ['—', '--'],
  ['−', '-'],
  ['\u00A0', ' '],
  ['\u200B', ''],
  ['…', '...'],
]);
const SMART_PATTERN = /[“”„‘’–—−\u00A0\u200B]/;

/** Quotes and dashes that a word processor made, which a shell takes as letters. */
function smartCharacters({ command }: ReadCommand): RuleFinding[] {
  if (!SMART_PATTERN.test(command.text)) return [];
  const fixed = command.text.replace(new RegExp(SMART_PATTERN, 'g'), (character) => SMART.get(character) ?? character);
  return [
    {
      rule: 'smart-characters',
      severity: 'error',
      message: 'typographic quotes, dashes or spaces are no shell characters',
      expected: 'plain " \' and -',
      fix: fixed,
    },
  ];
}

function unreadable({ command, reading }: ReadCommand): RuleFinding[] {
  if (reading.tokenised || SMART_PATTERN.test(command.text)) return [];
  return [
    {
      rule: 'unreadable',
      severity: 'error',
      message: reading.reason ?? 'a shell cannot read it',
      expected: 'a complete shell command',
      fix: reading.fix ?? 'close what is open',
    },
  ];
}

/** `<pod> -n ns`: typed as it stands, a shell reads file "pod" and empties file "-n". */
function redirectingPlaceholder({ command, reading }: ReadCommand): RuleFinding[] {
  const trap = reading.parameters.find(
    ({ raw }) =>
      raw.startsWith('<') &&
      new RegExp(`(?:^|\\s)\\S*${escapeRegExp(raw)}[^\\S\\n]+\\S`).test(command.text) &&
      !isQuoted(command.text, raw),
  );
  if (trap === undefined) return [];
  const variable = trap.name.replace(/\W/g, '_').toUpperCase();
  const fix = command.text.replaceAll(trap.raw, `"$${variable}"`);
  const message = `pasted into a terminal, ${trap.raw} reads one file and empties another (Tocsin asks for the value)`;
  return [
    { rule: 'placeholder-redirect', severity: 'note', message, expected: 'a variable, which an unfilled line cannot run without', fix },
  ];
}

function isQuoted(text: string, raw: string): boolean {
  return ((text.slice(0, text.indexOf(raw)).match(/["']/g)?.length ?? 0) & 1) === 1;
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Variables that nothing in the block sets become form fields; in a terminal they would be empty. */
function unsetVariables({ command, reading }: ReadCommand): RuleFinding[] {
  const names = reading.parameters.filter(({ raw }) => raw.startsWith('$')).map(({ name }) => name);
  const [first] = names;
  if (first === undefined || command.kind !== 'shell') return [];
  const message = `${names.map((name) => `$${name}`).join(', ')}: nothing in the block sets it, so in a terminal it would be empty (Tocsin asks for the value)`;
  return [
    {
      rule: 'unset-variable',
      severity: 'note',
      message,
      expected: 'a value set in the same block, or a placeholder',
      fix: `${first}='<${first.toLowerCase().replaceAll('_', '-')}>'`,
    },
  ];
}

/** `exec … sh -c "echo $HOME"`: the shell in front expands it before the container sees it. */
function expandedTooEarly({ command }: ReadCommand): RuleFinding[] {
  const script = /\bexec\b.*--\s+(?:ba|da)?sh\s+-\w*c\s+"((?:[^"\\]|\\.)*)"/s.exec(command.text)?.[1];
  const variable = /(?<!\\)\$\{?(HOME|HOSTNAME|PATH|PWD|USER|SHELL|PPID|RANDOM|SECONDS|\$)/.exec(script ?? '')?.[1];
  if (script === undefined || variable === undefined) return [];
  const message = `$${variable} is replaced before the command reaches the container`;
  return [
    {
      rule: 'expanded-too-early',
      severity: 'warning',
      message,
      expected: 'single quotes around the script',
      fix: command.text.replace(`"${script}"`, `'${script.replaceAll("'", `'\\''`)}'`),
    },
  ];
}

/** The end of a heredoc must stand at the start of its line; `<<-` takes tabs before it, and no spaces. */
function indentedHeredoc({ command }: ReadCommand): RuleFinding[] {
  const [, dash = '', delimiter] = /<<(-?)\s*["']?([A-Za-z_]\w*)/.exec(command.text) ?? [];
  if (delimiter === undefined) return [];
  const end = command.source.split('\n').find((line) => line.trim() === delimiter && line !== delimiter);
  if (end === undefined || (dash === '-' && /^\t*\S/.test(end))) return [];
  const message = `the closing ${delimiter} is indented, so the heredoc never ends`;
  return [{ rule: 'heredoc-end', severity: 'error', message, expected: `${delimiter} at the start of its line`, fix: delimiter }];
}

const RULES: readonly CommandRule[] = [
  smartCharacters,
  unreadable,
  redirectingPlaceholder,
  unsetVariables,
  expandedTooEarly,
  indentedHeredoc,
  ...kubectlRules,
  ...urlRules,
];

/** What every rule has to say about one command. */
export function lintCommand(read: ReadCommand): FindingDraft[] {
  const { line, text } = read.command;
  return RULES.flatMap((rule) => rule(read)).map((finding) => ({ line, text, ...finding }));
}
