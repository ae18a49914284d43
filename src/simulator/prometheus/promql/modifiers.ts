import type { Expr, Shift } from './ast.ts';
import { ParseError } from './errors.ts';

/** The expression looked up at another time. Only what is looked up can be shifted, and only once. */
export function shifted(expr: Expr, shift: Shift): Expr {
  const { type } = expr;
  if (type === 'selector' || type === 'subquery') return { ...expr, shift: joined(expr.shift, shift, expr.from) };
  if (type === 'matrix') {
    const { selector } = expr;
    return { ...expr, selector: { ...selector, shift: joined(selector.shift, shift, expr.from) } };
  }
  const modifier = shift.at === undefined ? 'offset' : '@';
  throw new ParseError(
    expr.from,
    `${modifier} modifier must be preceded by an instant vector selector or range vector selector or a subquery`,
  );
}

function joined(present: Shift, added: Shift, position: number): Shift {
  if (present.offsetMs !== undefined && added.offsetMs !== undefined)
    throw new ParseError(position, 'offset may not be set multiple times');
  if (present.at !== undefined && added.at !== undefined) throw new ParseError(position, '@ <timestamp> may not be set multiple times');
  return { ...present, ...added };
}
