import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import type { Aggregate, At, Binary, Expr } from './ast.ts';
import { check } from './check.ts';
import { ParseError } from './errors.ts';
import { isFunction } from './functions.ts';
import { checkLexically } from './lexical.ts';
import { readNumber, readString } from './literals.ts';
import { shifted } from './modifiers.ts';
import { groupingLabels, matchingOf, rangeOf, selectorOf, signedDurationMs, textOf } from './parse-parts.ts';
import type { Source } from './parse-parts.ts';

/** Reads a query. Throws ParseError, in Prometheus' words for the common mistakes. */
export function parsePromql(promql: string): Expr {
  if (promql.trim() === '') throw new ParseError(0, 'no expression found in input');
  checkLexically(promql);
  refuseUnknownFunctions(promql);
  const tree = parser.parse(withoutInherited(promql));
  refuseErrors(tree.topNode, promql);
  const body = expressions(tree.topNode)[0];
  if (body === undefined) throw new ParseError(0, 'no expression found in input');
  const expr = build(body, { text: promql });
  check(expr);
  return expr;
}

/** The grammar takes what every object inherits for one of its keywords. Places stay the same, and texts are read from the original. */
function withoutInherited(promql: string): string {
  return promql.replaceAll(/\b(?:constructor|__proto__)\b/gi, (name) => 'x'.repeat(name.length));
}

/** The grammar knows no name of a function but its own, so it cannot tell an unknown one from a metric. */
function refuseUnknownFunctions(promql: string): void {
  // Strings and comments become blanks of the same length.
  const bare = promql.replaceAll(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|#[^\n]*/g, (text) => ' '.repeat(text.length));
  for (const match of bare.matchAll(/([a-zA-Z_:][\w:]*)\s*\(/g)) {
    const name = match[1] ?? '';
    if (!isFunction(name) && !/^(by|without|on|ignoring|group_left|group_right|and|or|unless|bool|atan2|start|end|offset)$/i.test(name))
      throw new ParseError(match.index, `unknown function with name ${JSON.stringify(name)}`);
  }
}

function refuseErrors(top: SyntaxNode, promql: string): void {
  const cursor = top.cursor();
  do {
    if (cursor.type.isError)
      throw new ParseError(skipSpace(promql, cursor.from), `unexpected ${tokenAt(promql, skipSpace(promql, cursor.from))}`);
  } while (cursor.next());
}

function skipSpace(text: string, from: number): number {
  return from + (/^\s*/.exec(text.slice(from))?.[0].length ?? 0);
}

function tokenAt(text: string, from: number): string {
  const rest = text.slice(from);
  if (rest === '') return 'end of input';
  const kinds: readonly [RegExp, (token: string) => string][] = [
    [/^\d[\d.]*(?:ms|[smhdwy])[\w]*/, (token) => `duration ${JSON.stringify(token)}`],
    [/^[\d.]+(?:e[+-]?\d+)?/i, (token) => `number ${JSON.stringify(token)}`],
    [/^[a-zA-Z_:][\w:]*/, (token) => `identifier ${JSON.stringify(token)}`],
    [/^(?:"[^"]*"|'[^']*'|`[^`]*`)/, (token) => `string ${token}`],
    [/^(?:=~|!~|==|!=|<=|>=|[-+*/%^<>=@])/, (token) => `<op:${token}>`],
  ];
  for (const [pattern, describe] of kinds) {
    const token = pattern.exec(rest)?.[0];
    if (token !== undefined) return describe(token);
  }
  return JSON.stringify(rest.charAt(0));
}

/** The children that are expressions themselves. */
function expressions(node: SyntaxNode): SyntaxNode[] {
  return node.getChildren('Expr');
}

function build(node: SyntaxNode, source: Source): Expr {
  const maker = makers[node.name];
  if (maker === undefined) throw new ParseError(node.from, `the simulation does not know ${node.name}`);
  return maker(node, source);
}

type Maker = (node: SyntaxNode, source: Source) => Expr;

function inner(node: SyntaxNode, source: Source): Expr {
  const child = expressions(node)[0];
  if (child === undefined) throw new ParseError(node.from, 'unexpected end of input');
  return build(child, source);
}

const makers: Readonly<Record<string, Maker>> = {
  NumberDurationLiteral: (node, source) => ({ type: 'number', from: node.from, value: readNumber(textOf(node, source), node.from) }),
  StringLiteral: (node, source) => ({ type: 'string', from: node.from, value: readString(textOf(node, source), node.from) }),
  ParenExpr: (node, source) => ({ type: 'paren', from: node.from, expr: inner(node, source) }),
  VectorSelector: selectorOf,
  MatrixSelector: matrix,
  SubqueryExpr: subquery,
  OffsetExpr: (node, source) => {
    const duration = node.getChild('OffsetDurationExpr');
    const offsetMs = duration === null ? 0 : signedDurationMs(duration, source);
    return onLastOperand(inner(node, source), (expr) => shifted(expr, { offsetMs }));
  },
  StepInvariantExpr: (node, source) => onLastOperand(inner(node, source), (expr) => shifted(expr, { at: atOf(node, source) })),
  UnaryExpr: (node, source) => ({
    type: 'unary',
    from: node.from,
    op: textOf(node.firstChild ?? node, source) === '-' ? '-' : '+',
    expr: inner(node, source),
  }),
  FunctionCall: (node, source) => ({
    type: 'call',
    from: node.from,
    name: textOf(node.firstChild ?? node, source),
    args: argumentsOf(node, source),
  }),
  AggregateExpr: aggregate,
  BinaryExpr: binary,
};

/** The grammar lets what is written behind an operand bind to the whole operation in front of it; PromQL binds it to the operand. */
function onLastOperand(expr: Expr, change: (operand: Expr) => Expr): Expr {
  if (expr.type === 'binary') return { ...expr, rhs: onLastOperand(expr.rhs, change) };
  if (expr.type === 'unary') return { ...expr, expr: onLastOperand(expr.expr, change) };
  return change(expr);
}

function atOf(node: SyntaxNode, source: Source): At {
  if (node.getChild('AtModifierPreprocessors') !== null) return /\bstart\s*\(\s*\)\s*$/i.test(textOf(node, source)) ? 'start' : 'end';
  const literal = node.getChildren('NumberDurationLiteral').at(-1);
  const seconds = literal === undefined ? Number.NaN : readNumber(textOf(literal, source), literal.from);
  if (!Number.isFinite(seconds)) throw new ParseError(node.from, `timestamp out of bounds for @ modifier: ${seconds}`);
  return Math.round(seconds * 1000);
}

function matrix(node: SyntaxNode, source: Source): Expr {
  const { rangeMs } = rangeOf(node, source);
  const bracket = (expressions(node)[0] ?? node).to;
  return onLastOperand(inner(node, source), (expr) => {
    if (expr.type !== 'selector') throw new ParseError(bracket, 'ranges only allowed for vector selectors');
    if (expr.shift.offsetMs !== undefined) throw new ParseError(expr.from, 'no offset modifiers allowed before range');
    if (expr.shift.at !== undefined) throw new ParseError(expr.from, 'no @ modifiers allowed before range');
    return { type: 'matrix', from: expr.from, selector: expr, rangeMs };
  });
}

function subquery(node: SyntaxNode, source: Source): Expr {
  const range = rangeOf(node, source);
  return onLastOperand(inner(node, source), (expr) => ({ type: 'subquery', from: expr.from, expr, ...range, shift: {} }));
}

function argumentsOf(node: SyntaxNode, source: Source): Expr[] {
  const body = node.getChild('FunctionCallBody');
  return body === null ? [] : expressions(body).map((child) => build(child, source));
}

const parametrised = ['topk', 'bottomk', 'quantile', 'count_values'];

function aggregate(node: SyntaxNode, source: Source): Aggregate {
  const op = textOf(node.firstChild ?? node, source).toLowerCase();
  const args = argumentsOf(node, source);
  const wanted = parametrised.includes(op) ? 2 : 1;
  const [first, second] = args;
  if (first === undefined) throw new ParseError(node.from, 'no arguments for aggregate expression provided');
  if (args.length !== wanted)
    throw new ParseError(node.from, `wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${args.length}`);
  const modifier = node.getChild('AggregateModifier');
  return {
    type: 'aggregate',
    from: node.from,
    op,
    expr: second ?? first,
    ...(second === undefined ? {} : { parameter: first }),
    without: modifier?.getChild('Without') != null,
    grouping: modifier === null ? [] : groupingLabels(modifier.getChild('GroupingLabels'), source),
  };
}

function binary(node: SyntaxNode, source: Source): Expr {
  const [left, right] = expressions(node);
  const operator = left?.nextSibling;
  if (left === undefined || right === undefined || operator == null) throw new ParseError(node.from, 'unexpected end of input');
  const op = textOf(operator, source).toLowerCase();
  const lhs = build(left, source);
  const whole: Binary = {
    type: 'binary',
    from: node.from,
    op,
    opFrom: operator.from,
    lhs,
    rhs: build(right, source),
    isBool: node.getChild('BoolModifier') !== null,
    matching: matchingOf(node, { op, opFrom: operator.from }, source),
  };
  // PromQL: -2^2 is -(2^2), but the grammar reads the sign into the number.
  if (op === '^' && lhs.type === 'number' && /^[-+]/.test(textOf(left, source))) {
    const sign = textOf(left, source).startsWith('-') ? '-' : '+';
    return { type: 'unary', from: node.from, op: sign, expr: { ...whole, lhs: { ...lhs, value: sign === '-' ? -lhs.value : lhs.value } } };
  }
  return whole;
}
