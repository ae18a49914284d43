export type ValueType = 'scalar' | 'vector' | 'matrix' | 'string';

export type Matcher = { name: string; op: '=' | '!=' | '=~' | '!~'; value: string; matches: (value: string) => boolean };

/** The moment that `@` names: unix milliseconds, or an end of the query's range. */
export type At = number | 'start' | 'end';

/** Where and when something is looked up. A shift in time belongs to the selector, not to the expression around it. */
export type Shift = { offsetMs?: number; at?: At };

export type Selector = { type: 'selector'; from: number; matchers: readonly Matcher[]; shift: Shift };
export type MatrixSelector = { type: 'matrix'; from: number; selector: Selector; rangeMs: number };
export type Subquery = { type: 'subquery'; from: number; expr: Expr; rangeMs: number; stepMs?: number; shift: Shift };

/** Which labels of both sides have to agree, and which side may have several. */
export type Matching = {
  on: boolean;
  labels: readonly string[];
  card: 'one-to-one' | 'left' | 'right' | 'many-to-many';
  include: readonly string[];
};

export type Call = { type: 'call'; from: number; name: string; args: readonly Expr[] };
export type Aggregate = {
  type: 'aggregate';
  from: number;
  op: string;
  expr: Expr;
  parameter?: Expr;
  without: boolean;
  grouping: readonly string[];
};
export type Binary = {
  type: 'binary';
  from: number;
  op: string;
  opFrom: number;
  lhs: Expr;
  rhs: Expr;
  isBool: boolean;
  matching: Matching;
};

/** A query, with the place where each part begins. */
export type Expr =
  | { type: 'number'; from: number; value: number }
  | { type: 'string'; from: number; value: string }
  | Selector
  | MatrixSelector
  | Subquery
  | Call
  | Aggregate
  | Binary
  | { type: 'unary'; from: number; op: '+' | '-'; expr: Expr }
  | { type: 'paren'; from: number; expr: Expr };

/** The expression inside any number of brackets. */
export function unwrapped(expr: Expr): Expr {
  return expr.type === 'paren' ? unwrapped(expr.expr) : expr;
}
