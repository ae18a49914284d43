import { typeOfParameter } from './parameter-type.ts';
import type { Parameter } from './parameter.ts';

type QueryHole = { start: number; end: number; raw: string; name: string; inString: boolean };

const HOLE = /<([A-Za-z][^<>|;&\n{}]*[^<>|;&\n{}\s])>|\{\{\s*\$?(?:labels\.)?([A-Za-z_]\w*)\s*\}\}|\$\{?([A-Za-z_]\w*)\}?/g;

/** The holes of a PromQL query and what they are; `fill` puts values in, inside of strings escaped as PromQL reads them. */
export function openQuery(text: string): { parameters: readonly Parameter[]; fill: (values: ReadonlyMap<string, string>) => string } {
  const holes = Array.from(text.matchAll(HOLE), (match): QueryHole => {
    const inner = match[1] ?? match[2] ?? match[3] ?? '';
    const name = inner.replace(/[^A-Za-z0-9_]+/g, '-').replace(/^-+|-+$/g, '');
    return { start: match.index, end: match.index + match[0].length, raw: match[0], name, inString: inString(text.slice(0, match.index)) };
  });
  const byName = new Map<string, Parameter>();
  for (const hole of holes) if (!byName.has(hole.name)) byName.set(hole.name, parameterOf(text, hole));
  return {
    parameters: [...byName.values()],
    fill: (values) =>
      holes.toReversed().reduce((query, hole) => {
        const value = values.get(hole.name) ?? '';
        return query.slice(0, hole.start) + (hole.inString ? value.replace(/["'\\]/g, '\\$&') : value) + query.slice(hole.end);
      }, text),
  };
}

function parameterOf(text: string, hole: QueryHole): Parameter {
  const { name, raw } = hole;
  const label = /([A-Za-z_]\w*)\s*(?:=|!=|=~|!~)\s*["'][^"']*$/.exec(text.slice(0, hole.start))?.[1];
  const isRange = text.charAt(hole.start - 1) === '[';
  const type = isRange
    ? ({ type: 'duration' } as const)
    : typeOfParameter({ before: '', name: label === undefined ? name : `${label}-${name}` });
  const isLoose = type.type === 'name' && type.kind === 'node';
  return { name, raw, type: isLoose ? { type: 'text' } : type, isPlain: true, variables: [] };
}

function inString(before: string): boolean {
  const quotes = before.replace(/\\./g, '').match(/["'`]/g) ?? [];
  return quotes.length % 2 === 1;
}
