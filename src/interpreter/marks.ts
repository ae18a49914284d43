import type { StatementNode, TransformPlugin } from 'just-bash';
import { parse } from 'just-bash';
import type { Segment } from './protocol.ts';

/** The name of the command that stands before each statement. It cannot be typed: no shell word holds a control character unquoted. */
export const markCommand = '\u0001mark';

/** Runs first in every script: an unset variable is an error instead of nothing, and `k` is kubectl. */
const PROLOGUE = 'set -u; k() { kubectl "$@"; }';

/** Marks are written into the output, so a long loop must not fill it with them; what comes later stays together. */
const MAX_MARKS = 2000;

type Command = StatementNode['pipelines'][number]['commands'][number];

/**
 * The interpreter gives stdout and stderr only as two whole texts. A mark before each statement, written to both, lets them be put together again in the
 * order of a terminal. Statements whose output goes elsewhere (pipes, functions, subshells) get none.
 */
export function createMarking(programs: readonly string[], onMark: (isDirect: boolean) => void): { plugin: TransformPlugin; mark: Mark } {
  const direct: boolean[] = [];
  let marks = 0;
  let isMarked = false;
  const nonce = `\u0001${crypto.randomUUID()}\u0002`;

  const statements = (list: readonly StatementNode[]): StatementNode[] =>
    list.flatMap((statement) => [markFor(statement), marked(statement)]);
  const body = (list: StatementNode[]): StatementNode[] => (mentions(list, programs) ? statements(list) : list);
  const markFor = (statement: StatementNode): StatementNode => {
    direct.push(isDirect(statement, programs));
    return markStatement(direct.length - 1);
  };
  const marked = (statement: StatementNode): StatementNode => ({
    ...statement,
    pipelines: statement.pipelines.map((pipeline) =>
      pipeline.commands.length === 1 ? { ...pipeline, commands: pipeline.commands.map((command) => inside(command, body)) } : pipeline,
    ),
  });
  return {
    plugin: {
      name: 'marks',
      transform: ({ ast }) => {
        // Asked again for what `xargs` and `eval` run: that is part of a statement which has its mark.
        if (isMarked) return { ast };
        isMarked = true;
        return { ast: { ...ast, statements: [...parse(PROLOGUE).statements, ...statements(ast.statements)] } };
      },
    },
    mark: {
      run(argv) {
        const exitCode = Number(argv[1] ?? 0);
        marks += 1;
        if (marks > MAX_MARKS) return { stdout: '', stderr: '', exitCode };
        onMark(direct[Number(argv[0])] ?? false);
        return { stdout: nonce, stderr: nonce, exitCode };
      },
      segments: (stdout, stderr) => toSegments(stdout.split(nonce), stderr.split(nonce)),
    },
  };
}

export type Mark = {
  run(argv: readonly string[]): { stdout: string; stderr: string; exitCode: number };
  segments(stdout: string, stderr: string): Segment[];
};

/** Keeps `$?` for the next statement; as the first part of an and-list it does not end a script under `set -e`. */
function markStatement(index: number): StatementNode {
  const [statement] = parse(`'${markCommand}' ${index} "$?" && :`).statements;
  if (statement === undefined) throw new Error('the mark is a statement');
  return statement;
}

/** Marks cost time: a body without a call of a program stays as it is. */
function mentions(list: readonly StatementNode[], programs: readonly string[]): boolean {
  const text = JSON.stringify(list);
  return text.includes('"k"') || programs.some((name) => text.includes(name));
}

/** The same command with marks in its bodies, if these write to where the command itself does. */
function inside(command: Command, statements: (list: StatementNode[]) => StatementNode[]): Command {
  if ('redirections' in command && command.redirections.length > 0) return command;
  switch (command.type) {
    case 'Group':
    case 'For':
    case 'CStyleFor':
    case 'While':
    case 'Until':
      return { ...command, body: statements(command.body) };
    case 'If':
      return {
        ...command,
        clauses: command.clauses.map((clause) => ({ ...clause, body: statements(clause.body) })),
        elseBody: command.elseBody === null ? null : statements(command.elseBody),
      };
    default:
      return command;
  }
}

/** Whether everything that the programs write in this statement goes straight to the terminal. */
function isDirect(statement: StatementNode, programs: readonly string[]): boolean {
  return statement.pipelines.every(({ commands: [command, ...others] }) => {
    if (command?.type !== 'SimpleCommand' || others.length > 0 || command.redirections.length > 0) return false;
    const name = command.name?.parts.map((part) => (part.type === 'Literal' ? part.value : '')).join('') ?? '';
    const isOwnOutput = [...command.args, ...command.assignments.map(({ value }) => value)].every(
      (word) => !JSON.stringify(word).includes('CommandSubst'),
    );
    return (programs.includes(name) || name === 'k') && isOwnOutput;
  });
}

/** A stream that was redirected as a whole lacks marks: then its text comes after what is in order. */
function toSegments(out: readonly string[], err: readonly string[]): Segment[] {
  const count = Math.max(out.length, err.length);
  if (out.length === err.length || out.length === 1 || err.length === 1) {
    return Array.from({ length: count }, (_, index) => ({ stdout: out[index] ?? '', stderr: err[index] ?? '' }));
  }
  return [{ stdout: out.join(''), stderr: err.join('') }];
}
