import { decodeEntities, safeUrl } from './entities.ts';
import type { Inline } from './nodes.ts';

/**
 * What stands between `<` and `>` in mrkdwn: a mention, a date or a link. Undefined when it is none of these, or when a link leads
 * where no link may lead; the caller then shows the characters as they are.
 */
export function parseToken(inner: string): Inline | undefined {
  const bar = inner.indexOf('|');
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? '' : decodeEntities(inner.slice(bar + 1));
  if (/^@[UW][A-Z0-9]+$/.test(target)) return { kind: 'user', id: target.slice(1), label };
  if (/^#[CG][A-Z0-9]+$/.test(target)) return { kind: 'channel', id: target.slice(1), label };
  if (target.startsWith('!')) return parseSpecial(target.slice(1), label);
  const url = safeUrl(decodeEntities(target));
  return url === undefined ? undefined : { kind: 'link', url, label: label === '' ? decodeEntities(target) : label };
}

function parseSpecial(special: string, label: string): Inline | undefined {
  if (special === 'here' || special === 'channel' || special === 'everyone') return { kind: 'mention', label: `@${special}` };
  if (special.startsWith('subteam^')) return { kind: 'mention', label: label === '' ? '@group' : `@${label.replace(/^@/, '')}` };
  const [word, seconds, format, link] = special.split('^');
  if (word !== 'date' || seconds === undefined || format === undefined || !/^-?\d{1,12}$/.test(seconds)) return undefined;
  return {
    kind: 'date',
    at: Number(seconds) * 1000,
    format: decodeEntities(format),
    url: link === undefined ? undefined : safeUrl(decodeEntities(link)),
    fallback: label,
  };
}

/** The words of a token where markup has no effect (inside code): a link is its label or address, a person the handle. */
export function tokenText(inner: string): string {
  const token = parseToken(inner);
  switch (token?.kind) {
    case 'link':
    case 'mention':
      return token.label;
    case 'date':
      return token.fallback;
    case 'user':
      return `@${token.label || token.id}`;
    case 'channel':
      return `#${token.label || token.id}`;
    default:
      return `<${decodeEntities(inner)}>`;
  }
}
