import type { SyntaxNode } from '@lezer/common';
import type { Matcher, Matching, Selector } from './ast.ts';
import { setOperators } from './check.ts';
import { ParseError } from './errors.ts';
import { nameLabel } from './labels.ts';
import { durationMs, readNumber, readString } from './literals.ts';
import { matcherOf } from './matchers.ts';

/** The query's text, which the tree only points into. */
export type Source = { text: string };

/** A node as it was written. */
export function textOf(node: SyntaxNode, { text }: Source): string {
  return text.slice(node.from, node.to);
}

/** `metric{label="value"}`. */
export function selectorOf(node: SyntaxNode, source: Source): Selector {
  const identifier = node.getChild('Identifier');
  const list = node.getChild('LabelMatchers');
  const written = list === null ? [] : matchersOf(list, source);
  const name =
    identifier === null ? [] : [{ name: nameLabel, op: '=', value: textOf(identifier, source), position: identifier.from } as const];
  if (name.length > 0 && written.some((matcher) => matcher.name === nameLabel))
    throw new ParseError(node.from, `metric name must not be set twice: ${JSON.stringify(name[0]?.value)} or ""`);
  const matchers = [...name.map(matcherOf), ...written];
  return { type: 'selector', from: node.from, matchers, shift: {} };
}

function matchersOf(list: SyntaxNode, source: Source): Matcher[] {
  const matchers: Matcher[] = [];
  for (let child = list.firstChild; child !== null; child = child.nextSibling) {
    if (child.name === 'QuotedLabelName')
      matchers.push(matcherOf({ name: nameLabel, op: '=', value: quoted(child, source), position: child.from }));
    if (child.name === 'UnquotedLabelMatcher' || child.name === 'QuotedLabelMatcher') matchers.push(oneMatcher(child, source));
  }
  return matchers;
}

function oneMatcher(node: SyntaxNode, source: Source): Matcher {
  const [name, op, value] = [node.firstChild, node.getChild('MatchOp'), node.lastChild];
  if (name === null || op === null || value === null) throw new ParseError(node.from, 'unexpected end of input in label matching');
  return matcherOf({
    name: name.name === 'QuotedLabelName' ? quoted(name, source) : textOf(name, source),
    op: operatorOf(textOf(op, source)),
    value: readString(textOf(value, source), value.from),
    position: node.from,
  });
}

function operatorOf(text: string): Matcher['op'] {
  return text === '!=' || text === '=~' || text === '!~' ? text : '=';
}

function quoted(node: SyntaxNode, source: Source): string {
  return readString(textOf(node, source), node.from);
}

/** The names in `by (a, b)`. */
export function groupingLabels(node: SyntaxNode | null | undefined, source: Source): string[] {
  const names: string[] = [];
  for (let child = node?.firstChild ?? null; child !== null; child = child.nextSibling) {
    if (child.name === 'LabelName') names.push(textOf(child, source));
    if (child.name === 'QuotedLabelName') names.push(quoted(child, source));
  }
  return names;
}

/** What stands between an operator and its right side: `on (a) group_left (b)`. */
export function matchingOf(node: SyntaxNode, { op, opFrom }: { op: string; opFrom: number }, source: Source): Matching {
  const clause = node.getChild('MatchingModifierClause');
  const isSet = setOperators.includes(op);
  if (node.getChild('FillModifier') !== null) throw new ParseError(node.from, 'the simulation does not know fill');
  const lists = clause?.getChildren('GroupingLabels') ?? [];
  const side = sideOf(clause);
  const labels = groupingLabels(lists[0], source);
  const include = groupingLabels(lists[1], source);
  const on = clause?.getChild('On') != null;
  if (isSet && side !== 'one-to-one') throw new ParseError(node.from, `no grouping allowed for ${JSON.stringify(op)} operation`);
  const both = on ? include.find((label) => labels.includes(label)) : undefined;
  if (both !== undefined) throw new ParseError(opFrom, `label ${JSON.stringify(both)} must not occur in ON and GROUP clause at once`);
  return { on, labels, card: isSet ? 'many-to-many' : side, include };
}

function sideOf(clause: SyntaxNode | null): Matching['card'] {
  if (clause?.getChild('GroupLeft') != null) return 'left';
  return clause?.getChild('GroupRight') != null ? 'right' : 'one-to-one';
}

/** `[5m]`, `[1h:30s]`, `[1h:]`. */
export function rangeOf(node: SyntaxNode, source: Source): { rangeMs: number; stepMs?: number } {
  const [range, step] = node.getChildren('DurationExpr');
  if (range === undefined) throw new ParseError(node.from, 'missing range');
  const rangeMs = positive(range, source);
  return step === undefined ? { rangeMs } : { rangeMs, stepMs: positive(step, source) };
}

function positive(node: SyntaxNode, source: Source): number {
  const ms = signedDurationMs(node, source);
  if (ms <= 0) throw new ParseError(node.from, 'duration must be greater than 0');
  return ms;
}

/** A duration, or a number of seconds as newer servers take it. Arithmetic on durations is not simulated. */
export function signedDurationMs(node: SyntaxNode, source: Source): number {
  const text = textOf(node, source).replaceAll(/\s/g, '');
  const plain = text.replace(/^[-+]/, '');
  const sign = text.startsWith('-') ? -1 : 1;
  const ms = durationMs(plain) ?? (/^[\d._]+(e[+-]?\d+)?$/i.test(plain) ? readNumber(plain, node.from) * 1000 : undefined);
  if (ms === undefined) throw new ParseError(node.from, `the simulation does not know the duration ${JSON.stringify(text)}`);
  return sign * Math.round(ms);
}
