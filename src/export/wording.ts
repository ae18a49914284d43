import type { Phase, Role, Severity } from '../incidents/incident.ts';
import type { Instant } from '../kernel/instant.ts';

/** How severities look: always a sign and a word, because a colour alone says nothing to many people. */
export const severityWords = {
  critical: { sign: '🔴', word: 'Critical' },
  warning: { sign: '🟠', word: 'Warning' },
  info: { sign: '🔵', word: 'Info' },
} as const satisfies Record<Severity, { sign: string; word: string }>;

export const phaseWords = {
  investigating: 'Investigating',
  identified: 'Identified',
  monitoring: 'Monitoring',
  resolved: 'Resolved',
} as const satisfies Record<Phase, string>;

export const roleWords = {
  commander: { name: 'incident commander', label: 'IC' },
  communications: { name: 'communications lead', label: 'Comms' },
  scribe: { name: 'scribe', label: 'Scribe' },
} as const satisfies Record<Role, { name: string; label: string }>;

/** "🔴 Critical". */
export function severityText(severity: Severity): string {
  const { sign, word } = severityWords[severity];
  return `${sign} ${word}`;
}

const minuteMs = 60_000;

/** "40 s", "14 min", "2 h 5 min", "3 d 4 h": as exact as people need it. */
export function durationText(ms: number): string {
  const minutes = Math.floor(Math.max(0, ms) / minuteMs);
  if (minutes < 1) return `${Math.floor(Math.max(0, ms) / 1000)} s`;
  if (minutes < 60) return `${minutes} min`;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours < 24) return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
  return hours % 24 === 0 ? `${Math.floor(hours / 24)} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Lateness below this is nothing to tell people about. */
export const lateEnoughMs = minuteMs;

/** "14:03 UTC". */
export function clockText(at: Instant): string {
  return `${at.slice(11, 16)} UTC`;
}

/** "2026-03-14 14:03:27 UTC": every time in a document carries its date. */
export function dateTimeText(at: Instant): string {
  return `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;
}

/** "1 alert", "3 alerts". */
export function countText(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}

const small = new Intl.NumberFormat('en', { maximumSignificantDigits: 3, useGrouping: false });
const large = new Intl.NumberFormat('en', { maximumFractionDigits: 0, useGrouping: false });

/** "7.42%", "1250", "3.1 GiB": three significant digits, and the unit as people write it. */
export function quantityText(value: number, unit: string): string {
  const number = Math.abs(value) >= 1000 ? large.format(value) : small.format(value);
  return unit === '' || unit === '%' ? `${number}${unit}` : `${number} ${unit}`;
}

/** "Ana", "Ana and Ben", "Ana, Ben and Cleo". */
export function listText(items: readonly string[]): string {
  if (items.length <= 1) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}

/** The text, or its beginning with an ellipsis, counted in code points, which is how chat platforms count. */
export function cutText(text: string, limit: number): string {
  const characters = Array.from(text);
  return characters.length <= limit
    ? text
    : `${characters
        .slice(0, limit - 1)
        .join('')
        .trimEnd()}…`;
}
