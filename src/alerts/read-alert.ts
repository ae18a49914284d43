import { idFromList } from '../kernel/hash.ts';
import { toInstant } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import type { AlertEvent } from './alert.ts';
import { asText, hasTexts, isTextMap, readTexts } from './read-text.ts';

export type ReadAlert = { ok: true; event: AlertEvent; notes: readonly string[] } | { ok: false; notes: readonly string[] };

/** What the notification around the alert says, for what the alert itself leaves out. */
export type NotificationContext = { receivedAt: Instant; groupStatus: string; groupName: string };

/** A body may hold millions that are none, so all of them are one object. */
const noLabels: ReadAlert = { ok: false, notes: ['left out, because it has no labels'] };

/** Reads one element of `alerts[]`; it needs labels, everything else has a fallback. */
export function readAlert(value: unknown, context: NotificationContext): ReadAlert {
  if (!isTextMap(value) || !isTextMap(value['labels'])) return noLabels;
  const labels = readTexts(value['labels']);
  if (Object.keys(labels.texts).length === 0) return { ok: false, notes: ['left out, because its labels are empty'] };
  const annotations = isTextMap(value['annotations']) ? readTexts(value['annotations']) : { texts: {}, dropped: [] };
  const startsAtText = asText(value['startsAt']);
  const startsAt = readInstant(startsAtText);
  const endsAt = readInstant(asText(value['endsAt']));
  const status = readStatus(asText(value['status']), { ...context, endsAt });
  const generatorUrl = asText(value['generatorURL']);
  return {
    ok: true,
    event: {
      fingerprint: fingerprintOf(asText(value['fingerprint']), labels.texts),
      status,
      name: labels.texts['alertname'] || context.groupName || 'Alert without a name',
      labels: labels.texts,
      annotations: annotations.texts,
      startsAt: startsAt ?? context.receivedAt,
      startsAtText,
      ...(status === 'resolved' && endsAt !== undefined ? { endsAt } : {}),
      ...(generatorUrl === '' ? {} : { generatorUrl }),
    },
    notes: [
      ...(startsAt === undefined ? ['no usable startsAt, the time of receipt stands in'] : []),
      ...[...labels.dropped, ...annotations.dropped].map((name) => `${JSON.stringify(name)} has no text value and was left out`),
    ],
  };
}

/** Whether `readAlert` will make something of it. */
export function isUsable(value: unknown): boolean {
  return isTextMap(value) && isTextMap(value['labels']) && hasTexts(value['labels']);
}

const zonedTime = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/**
 * An instant from RFC 3339 text, to the millisecond. Undefined for what is no time, and for the zero times that mean "none": year 1 from
 * Alertmanager, 1970 from look-alikes.
 */
function readInstant(text: string): Instant | undefined {
  if (!zonedTime.test(text)) return undefined;
  const date = new Date(text.replace(' ', 'T'));
  const year = date.getUTCFullYear();
  return Number.isNaN(year) || year <= 1970 || year > 9999 ? undefined : toInstant(date);
}

/** The alert's own word, else the group's, else whether it has ended. A group that fires may hold alerts that have ended. */
function readStatus(own: string, context: NotificationContext & { endsAt: Instant | undefined }): AlertEvent['status'] {
  const stated = statusWord(own) ?? (statusWord(context.groupStatus) === 'resolved' ? 'resolved' : undefined);
  if (stated !== undefined) return stated;
  return context.endsAt !== undefined && context.endsAt <= context.receivedAt ? 'resolved' : 'firing';
}

/** One of the two states, however it is capitalised. */
export function statusWord(text: string): AlertEvent['status'] | undefined {
  const word = text.toLowerCase();
  return word === 'firing' || word === 'resolved' ? word : undefined;
}

/** Alertmanager: FNV-1a of the labels as 16 hex digits. Anything else is replaced by a hash of ours, whose prefix no fingerprint has. */
function fingerprintOf(given: string, labels: Readonly<Record<string, string>>): string {
  if (/^[0-9a-f]{16}$/.test(given)) return given;
  const pairs = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return idFromList('labels', pairs.flat());
}
