import type { Values } from './call-word.ts';
import { findHoles, type Hole } from './holes.ts';
import { openEdit, patchParameter } from './open-edits.ts';
import { typeOfParameter } from './parameter-type.ts';
import type { Parameter } from './parameter.ts';
import { endsInQuotedText } from './shell-quotes.ts';
import { readShell, type ShellTree, type VariableUse } from './shell-tree.ts';

/** A command with its placeholders replaced by quoted shell variables: what the interpreter runs and what is read. */
export type Opened = {
  script: string;
  tree: ShellTree;
  parameters: readonly Parameter[];
};

type Edit = { start: number; end: number; text: string };

const PREFIX = 'tocsin_';

/** A whole script of another shell, where a value would be read as syntax. */
const REPARSED = /(?:^|[\s;|&(/])(?:watch|eval|(?:ba|da|z|k|a)?sh\s(?:[^|;&\n]*?\s)?-\w*c|su\s(?:[^|;&\n]*?\s)?(?:-c|--command))\b/;

/**
 * Replaces each placeholder by a shell variable in quotes, and puts quotes around variables that nothing sets, so that a value is always one word and
 * never syntax. A heredoc whose delimiter is quoted is left as it is.
 */
export function openCommand(text: string, known: Values): Opened {
  const holes = findHoles(text).filter((hole) => hole.quote !== 'quoted heredoc');
  const edits = holes.map((hole) => ({ start: hole.start, end: hole.end, text: replacementOf(hole) }));
  const withHoles = edit(text, edits);
  const holeParameters = holes.map((hole) => holeParameter(text, hole));
  const holeVariables = new Map(holeParameters.flatMap(standIns));
  const tree = readShell(withHoles, new Map([...known, ...holeVariables]));
  const names = new Map(tree.uses.map((use) => [use.name, useParameter(withHoles, use)]));
  const opened = tree.calls.flatMap((call) => openEdit(withHoles, call) ?? []);
  const script = edit(withHoles, [...tree.uses.flatMap(quoteEdit), ...opened, ...tree.prompts.map((prompt) => ({ ...prompt, text: ':' }))]);
  const parameters = unique([...holeParameters, ...names.values(), ...(opened.length > 0 ? [patchParameter] : [])]);
  if (names.size === 0 && opened.length === 0) return { script, tree, parameters };
  return {
    script,
    tree: readShell(script, new Map([...known, ...holeVariables, ...[...names.values(), patchParameter].flatMap(standIns)])),
    parameters,
  };
}

function edit(text: string, edits: readonly Edit[]): string {
  let result = text;
  for (const { start, end, text: replacement } of edits.toSorted((a, b) => b.start - a.start)) {
    result = result.slice(0, start) + replacement + result.slice(end);
  }
  return result;
}

/** "pod-name" and "pod_name" are two parameters, so each has a variable of its own. */
function variableOf(name: string): string {
  return PREFIX + name.replaceAll('_', '__').replace(/\W/g, '_');
}

function replacementOf(hole: Hole): string {
  const value = `\${${variableOf(hole.name)}}`;
  switch (hole.quote) {
    case 'none':
      return `"${value}"`;
    case 'single':
      return `'"${value}"'`;
    case 'ansi':
      return `'"${value}"$'`;
    case 'double':
    case 'heredoc':
    case 'quoted heredoc':
      return value;
  }
}

/** Quotes around `$POD` outside of quotes. In `for x in $LIST` the value may be several words on purpose, and values hold no white space. */
function quoteEdit(use: VariableUse): Edit[] {
  if (use.isQuoted || use.isList || use.isPrompt || !use.isMovable) return [];
  return [
    { start: use.start, end: use.start, text: '"' },
    { start: use.end, end: use.end, text: '"' },
  ];
}

function holeParameter(text: string, hole: Hole): Parameter {
  const { name, raw } = hole;
  const [before, after] = [text.slice(0, hole.start), text.slice(hole.end)];
  const assigned = /(?:^|[;&|\n]\s*|\bexport\s+)([A-Za-z_]\w*)=["']?$/.exec(before)?.[1];
  const type = assigned === undefined ? typeOfParameter({ before, name }) : typeOfAssigned(assigned, name);
  return { name, raw, type, isPlain: isPlain({ text, before, after }), variables: [variableOf(name)] };
}

function typeOfAssigned(variable: string, name: string): Parameter['type'] {
  const own = typeOfParameter({ before: '', name });
  return own.type === 'text' ? typeOfParameter({ before: '', name: variable }) : own;
}

function useParameter(text: string, use: VariableUse): Parameter {
  const [before, after] = [text.slice(0, use.start), text.slice(use.end)];
  const { name } = use;
  return {
    name,
    raw: use.isPrompt ? use.name : text.slice(use.start, use.end),
    type: typeOfParameter({ before, name }),
    isPlain: isPlain({ text, before, after }),
    variables: [name],
  };
}

/** Whether it is only a part of a word, other than behind `--flag=`, `key=` or `TYPE/`, or goes to another shell. */
function isPlain(place: { text: string; before: string; after: string }): boolean {
  if (REPARSED.test(place.text) || endsInQuotedText(place.before)) return true;
  const fragment = /[^\s;|&()`]*$/.exec(place.before)?.[0] ?? '';
  const rest = /^[^\s;|&()`]*/.exec(place.after)?.[0] ?? '';
  return !/^(?:["']?|-[a-zA-Z]["']?|(?:--)?[\w.-]+[=/]["']?)$/.test(fragment) || !/^["']?$/.test(rest);
}

/** Numbers and durations are checked by the doors' parsers, so they get one; everything else is unknown. */
function standIns({ type, variables }: Parameter): [string, string | undefined][] {
  const standIn = type.type === 'number' ? '1' : type.type === 'duration' ? '1m' : undefined;
  return variables.map((variable) => [variable, standIn]);
}

/** One parameter for each name; where it stands more than once, the strictest of its places counts. */
function unique(parameters: readonly Parameter[]): Parameter[] {
  const byName = new Map<string, Parameter>();
  for (const parameter of parameters) {
    const before = byName.get(parameter.name);
    if (before === undefined) byName.set(parameter.name, parameter);
    else byName.set(parameter.name, stricter(before, parameter));
  }
  return [...byName.values()];
}

function stricter(one: Parameter, other: Parameter): Parameter {
  const type =
    one.type.type === 'text' || (one.type.type === 'name' && one.type.kind === undefined && other.type.type !== 'text')
      ? other.type
      : one.type;
  return { ...one, type, isPlain: one.isPlain || other.isPlain, variables: [...new Set([...one.variables, ...other.variables])] };
}
