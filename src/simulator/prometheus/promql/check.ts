import type { Aggregate, Binary, Call, Expr, Selector, ValueType } from './ast.ts';
import { ParseError } from './errors.ts';
import { signatures } from './functions.ts';

const names: Readonly<Record<ValueType, string>> = {
  scalar: 'scalar',
  vector: 'instant vector',
  matrix: 'range vector',
  string: 'string',
};

const comparisons = ['==', '!=', '<', '>', '<=', '>='];
export const setOperators = ['and', 'or', 'unless'];

export function isComparison(op: string): boolean {
  return comparisons.includes(op);
}

const plainTypes = {
  number: 'scalar',
  string: 'string',
  selector: 'vector',
  aggregate: 'vector',
  matrix: 'matrix',
  subquery: 'matrix',
} as const;

/** What an expression gives. */
export function typeOf(expr: Expr): ValueType {
  switch (expr.type) {
    case 'call':
      return signatures[expr.name]?.returns ?? 'vector';
    case 'binary':
      return typeOf(expr.lhs) === 'scalar' && typeOf(expr.rhs) === 'scalar' ? 'scalar' : 'vector';
    case 'unary':
    case 'paren':
      return typeOf(expr.expr);
    default:
      return plainTypes[expr.type];
  }
}

/** How Prometheus calls a type in its messages. */
export function typeName(type: ValueType): string {
  return names[type];
}

/** Refuses what the grammar takes although its types do not fit, in Prometheus' words. */
export function check(expr: Expr): void {
  switch (expr.type) {
    case 'selector':
      return checkSelector(expr);
    case 'matrix':
      return checkSelector(expr.selector);
    case 'subquery':
      return expect(expr.expr, 'vector', 'subquery');
    case 'call':
      return checkCall(expr);
    case 'aggregate':
      return checkAggregate(expr);
    case 'binary':
      return checkBinary(expr);
    case 'unary':
      return checkUnary(expr);
    case 'paren':
      return check(expr.expr);
    case 'number':
    case 'string':
  }
}

function checkSelector({ matchers, from }: Selector): void {
  // 2.x is happy with a regular expression that matches the empty text; newer ones ask for what matches something.
  if (matchers.every(({ op, value }) => op === '=' && value === ''))
    throw new ParseError(from, 'vector selector must contain at least one non-empty matcher');
}

function checkUnary({ expr, from }: Extract<Expr, { type: 'unary' }>): void {
  check(expr);
  const type = typeOf(expr);
  if (type !== 'scalar' && type !== 'vector')
    throw new ParseError(from, `unary expression only allowed on expressions of type scalar or instant vector, got "${names[type]}"`);
}

function expect(expr: Expr, wanted: ValueType, context: string): void {
  check(expr);
  const type = typeOf(expr);
  if (type !== wanted) throw new ParseError(expr.from, `expected type ${names[wanted]} in ${context}, got ${names[type]}`);
}

function checkCall({ name, args, from }: Call): void {
  const signature = signatures[name];
  if (signature === undefined) throw new ParseError(from, `unknown function with name ${JSON.stringify(name)}`);
  const { takes } = signature;
  const least = takes.length - (signature.optional ?? 0);
  const most = signature.isVariadic === true ? Number.POSITIVE_INFINITY : takes.length;
  const wanted = `argument(s) in call to ${JSON.stringify(name)}, got ${args.length}`;
  if (least === most && args.length !== most) throw new ParseError(from, `expected ${most} ${wanted}`);
  if (args.length < least) throw new ParseError(from, `expected at least ${least} ${wanted}`);
  if (args.length > most) throw new ParseError(from, `expected at most ${most} ${wanted}`);
  for (const [index, arg] of args.entries())
    expect(arg, takes[index] ?? takes.at(-1) ?? 'string', `call to function ${JSON.stringify(name)}`);
}

function checkAggregate({ op, expr, parameter }: Aggregate): void {
  expect(expr, 'vector', 'aggregation expression');
  if (parameter !== undefined) expect(parameter, op === 'count_values' ? 'string' : 'scalar', 'aggregation parameter');
}

function checkBinary(expr: Binary): void {
  const { lhs, rhs, op, opFrom, isBool } = expr;
  const [left, right] = [typeOf(lhs), typeOf(rhs)];
  const isOrdinary = (type: ValueType) => type === 'scalar' || type === 'vector';
  if (!isOrdinary(left) || !isOrdinary(right))
    throw new ParseError(isOrdinary(left) ? rhs.from : lhs.from, 'binary expression must contain only scalar and instant vector types');
  if (isBool && !isComparison(op)) throw new ParseError(opFrom, 'bool modifier can only be used on comparison operators');
  if (isComparison(op) && !isBool && left === 'scalar' && right === 'scalar')
    throw new ParseError(opFrom, 'comparisons between scalars must use BOOL modifier');
  checkMatching(expr, left === 'vector' && right === 'vector');
  check(lhs);
  check(rhs);
}

function checkMatching({ op, matching, from }: Binary, areVectors: boolean): void {
  if (areVectors) return;
  if (setOperators.includes(op)) throw new ParseError(from, `set operator ${JSON.stringify(op)} not allowed in binary scalar expression`);
  if (matching.on || matching.labels.length > 0) throw new ParseError(from, 'vector matching only allowed between instant vectors');
}
