import { type ArrayValue, type Assignment, type Command, forEachChild, parse, type Redirection, type SyntaxNode, type Word } from 'unbash';
import { readWord, type CallWord, type Values } from './call-word.ts';

/** One program that a script calls, with its words as far as the text tells them. */
export type ShellCall = {
  words: readonly CallWord[];
  redirects: readonly Redirection[];
  /** It reads what another command writes. */
  isPiped: boolean;
  /** Where its name and its end stand in the text. */
  start: number;
  end: number;
};

/** A place where a variable's value is used that nothing in the script sets. */
export type VariableUse = {
  name: string;
  start: number;
  end: number;
  isQuoted: boolean;
  isList: boolean;
  isMovable: boolean;
  isPrompt: boolean;
};

/** What a script is made of: its calls in their order, what it sets, and which variables it takes from outside. */
export type ShellTree = {
  errors: readonly string[];
  calls: readonly ShellCall[];
  /** Names that are set in it; the value when it is plain text and the only one. */
  sets: ReadonlyMap<string, string | undefined>;
  uses: readonly VariableUse[];
  functions: ReadonlySet<string>;
  /** Where `read` waits for somebody who types a value. */
  prompts: readonly { start: number; end: number }[];
};

type Draft = {
  errors: string[];
  calls: ShellCall[];
  sets: Map<string, string | undefined>;
  uses: VariableUse[];
  functions: Set<string>;
  prompts: { start: number; end: number }[];
  known: Values;
};

type At = { isQuoted: boolean; isList: boolean; isPiped: boolean; isMovable: boolean; conditional: boolean };

const TOP: At = { isQuoted: false, isList: false, isPiped: false, isMovable: true, conditional: false };

/** Variables that the shell has by itself. */
const SHELLS_OWN =
  /^(?:[0-9@*#?$!_-]|\d+|HOME|PATH|PWD|OLDPWD|USER|LOGNAME|SHELL|HOSTNAME|IFS|RANDOM|SECONDS|UID|EUID|PPID|LINENO|OPTARG|OPTIND|REPLY|TERM|TMPDIR|LANG|BASH\w*|PIPESTATUS|FUNCNAME|EPOCHSECONDS)$/;

const FILLED_OPERATIONS = new Set(['Default']);

/** Reads a script without running it. `known` are variables that are set before it starts, with their values where those are plain. */
export function readShell(script: string, known: Values): ShellTree {
  const draft: Draft = { errors: [], calls: [], sets: new Map(), uses: [], functions: new Set(), prompts: [], known };
  const tree = parse(script);
  visit(tree, TOP, draft);
  return draft;
}

type Visitors = { [Type in SyntaxNode['type']]?: (node: Extract<SyntaxNode, { type: Type }>, at: At, draft: Draft) => void };

const VISITORS: Visitors = {
  Script(node, at, draft) {
    for (const error of node.errors ?? []) draft.errors.push(error.message);
    visitChildren(node, node.source === undefined ? at : { ...at, isMovable: false }, draft);
  },
  Command: visitCommand,
  Assignment(node, at, draft) {
    visitChildren(node, { ...at, isQuoted: true }, draft);
    setVariable(node.name, node.append === true || at.conditional ? undefined : literalOf(node.value, draft), draft);
  },
  ArrayValue: (node, at, draft) => visitChildren(node, { ...at, isQuoted: false, isList: true }, draft),
  Pipeline(node, at, draft) {
    for (const [index, command] of node.commands.entries()) visit(command, { ...at, isPiped: index > 0 || at.isPiped }, draft);
  },
  Function(node, at, draft) {
    draft.functions.add(node.name.value);
    visit(node.body, { ...at, conditional: true }, draft);
  },
  For(node, at, draft) {
    for (const word of node.wordlist ?? []) visit(word, { ...at, isList: true }, draft);
    setVariable(node.name.value, undefined, draft);
    visit(node.body, { ...at, conditional: true }, draft);
  },
  ArithmeticFor(node, at, draft) {
    visit(node.body, { ...at, conditional: true }, draft);
  },
  If: visitCompound,
  While: visitCompound,
  Case: visitCompound,
  DoubleQuoted: (node, at, draft) => visitChildren(node, { ...at, isQuoted: true, isList: false }, draft),
  HereDoc(node, at, draft) {
    if (node.delimiter?.quoted !== true) visitChildren(node, { ...at, isQuoted: true, isList: false }, draft);
  },
  CommandExpansion(node, at, draft) {
    if (node.script !== undefined) visit(node.script, { ...TOP, isMovable: at.isMovable, conditional: at.conditional }, draft);
  },
  SimpleExpansion(node, at, draft) {
    useVariable(node.text.slice(1), node, { at, draft });
  },
  ParameterExpansion(node, at, draft) {
    const isFilled = node.operation !== undefined && FILLED_OPERATIONS.has(node.operation.type);
    if (isFilled) setVariable(node.parameter, undefined, draft);
    else useVariable(node.parameter, node, { at, draft });
    if (node.operation !== undefined) visit(node.operation, at, draft);
  },
};

function visit(node: SyntaxNode, at: At, draft: Draft): void {
  const visitor = visitorOf(node.type);
  if (visitor === undefined) visitChildren(node, at, draft);
  else visitor(node, at, draft);
}

/** The table's entry for a type takes nodes of that type only; it is called with none other. */
function visitorOf(type: SyntaxNode['type']): ((node: SyntaxNode, at: At, draft: Draft) => void) | undefined {
  return VISITORS[type] as ((node: SyntaxNode, at: At, draft: Draft) => void) | undefined;
}

function visitChildren(node: SyntaxNode, at: At, draft: Draft): void {
  forEachChild(node, (child) => visit(child, at, draft));
}

function visitCompound(node: SyntaxNode, at: At, draft: Draft): void {
  visitChildren(node, { ...at, conditional: true }, draft);
}

/** Builtins whose words are names that they set. */
const SETTERS: ReadonlySet<string> = new Set([
  'read',
  'mapfile',
  'readarray',
  'local',
  'export',
  'declare',
  'typeset',
  'readonly',
  'unset',
]);

function visitCommand(node: Command, at: At, draft: Draft): void {
  const inner: At = { ...at, isPiped: false, isList: false, isQuoted: false };
  for (const prefix of node.prefix) {
    if (prefix.type === 'Assignment' && node.name !== undefined) visit(prefix.value, { ...inner, isQuoted: true }, draft);
    else visit(prefix, inner, draft);
  }
  if (node.name === undefined) return visitRedirects(node, inner, draft);
  visit(node.name, inner, draft);
  for (const part of node.suffix) visit(part, inner, draft);
  const words = [node.name, ...node.args].map((word) => readWord(word, valuesOf(draft)));
  const call: ShellCall = { words, redirects: node.redirects, isPiped: at.isPiped, start: node.name.pos, end: node.end };
  draft.calls.push(call);
  if (SETTERS.has(words[0]?.text ?? '')) setByBuiltin(call, at, draft);
}

function visitRedirects(node: Command, at: At, draft: Draft): void {
  for (const redirect of node.suffix) visit(redirect, at, draft);
  if (node.redirects.length > 0)
    draft.calls.push({ words: [], redirects: node.redirects, isPiped: at.isPiped, start: node.pos, end: node.end });
}

/** `read POD` sets POD in a loop or behind a pipe; where a person would type, it is asked for before the run. */
function setByBuiltin({ words, redirects, start, end }: ShellCall, at: At, draft: Draft): void {
  const names = words.slice(1).filter(({ text }) => /^[A-Za-z_]\w*$/.test(text));
  const isPrompt = words[0]?.text === 'read' && !at.isPiped && !at.conditional && at.isMovable && redirects.length === 0;
  if (isPrompt) draft.prompts.push({ start, end });
  for (const { text: name } of names) {
    if (isPrompt) draft.uses.push({ name, start, end, isQuoted: true, isList: false, isMovable: false, isPrompt });
    else if (!draft.sets.has(name)) setVariable(name, undefined, draft);
  }
}

function valuesOf(draft: Draft): Values {
  return draft.sets.size === 0 ? draft.known : new Map([...draft.known, ...draft.sets]);
}

function literalOf(value: Word | ArrayValue, draft: Draft): string | undefined {
  if (value.type === 'ArrayValue') return undefined;
  const word = readWord(value, valuesOf(draft));
  return word.isLiteral ? word.text : undefined;
}

function setVariable(name: Assignment['name'], value: string | undefined, draft: Draft): void {
  draft.sets.set(name, draft.sets.has(name) ? undefined : value);
}

function useVariable(name: string, node: { pos: number; end: number }, context: { at: At; draft: Draft }): void {
  const { at, draft } = context;
  if (SHELLS_OWN.test(name) || draft.sets.has(name) || draft.known.has(name)) return;
  draft.uses.push({
    name,
    start: node.pos,
    end: node.end,
    isQuoted: at.isQuoted,
    isList: at.isList,
    isMovable: at.isMovable,
    isPrompt: false,
  });
}
