import { describeError } from '../kernel/errors.ts';
import type { Instant } from '../kernel/instant.ts';
import type { AlertEvent } from './alert.ts';
import { isUsable, readAlert, statusWord } from './read-alert.ts';
import { asText, isTextMap } from './read-text.ts';

/** What a notification says about itself, beside its alerts. */
export type Notification = {
  /** The receiver's name as it stands in Alertmanager's configuration. */
  receiver: string;
  /** As text, whatever JSON type the sender used. Never a key of anything: it changes with the routes. */
  groupKey: string;
  status: AlertEvent['status'];
  version: string;
  /** How many alerts `max_alerts` cut off. */
  truncatedAlerts: number;
  externalUrl: string;
  notificationReason?: string;
  /** Not the version 4 of Alertmanager: a look-alike whose alerts could be read all the same. */
  foreign: boolean;
  /** What was repaired or left out, for the log and the delivery's outcome. */
  notes: readonly string[];
};

export type ParsedWebhook = { ok: true; notification: Notification; events: readonly AlertEvent[] } | { ok: false; reason: string };

/** Only the list is demanded. Everything else may be missing, or be of another type than Alertmanager's. */
export type WebhookBody = {
  alerts: readonly unknown[];
  receiver?: unknown;
  groupKey?: unknown;
  groupLabels?: unknown;
  status?: unknown;
  version?: unknown;
  truncatedAlerts?: unknown;
  externalURL?: unknown;
  notification_reason?: unknown;
};

/**
 * Reads the raw body of a webhook request as tolerantly as is safe: one usable alert is enough. `receivedAt` stands in for a missing
 * `startsAt`, so the same stored delivery always reads the same. Never throws.
 */
export function parseWebhook(text: string, receivedAt: Instant): ParsedWebhook {
  const opened = openBody(text);
  return opened.ok ? readWebhook(opened.body, receivedAt) : opened;
}

type OpenedWebhook = { ok: true; body: WebhookBody } | { ok: false; reason: string };

/** Says what `parseWebhook` will say of the body as a whole, and leaves its alerts for when they are needed: a sender waits for the answer. */
export function openWebhook(text: string, receivedAt: Instant): OpenedWebhook {
  const opened = openBody(text);
  if (!opened.ok || opened.body.alerts.some(isUsable)) return opened;
  const parsed = readWebhook(opened.body, receivedAt);
  return parsed.ok ? opened : parsed;
}

function openBody(text: string): OpenedWebhook {
  const json = readJson(text);
  if (!json.ok) return json;
  return isBody(json.value) ? { ok: true, body: json.value } : { ok: false, reason: refusal(json.value) };
}

/** Never throws: what cannot be read would hold up all that is worked on with it. */
export function readWebhook(body: WebhookBody, receivedAt: Instant): ParsedWebhook {
  try {
    return readAll(body, receivedAt);
  } catch (error) {
    return { ok: false, reason: `it cannot be read: ${cut(describeError(error))}` };
  }
}

function readAll(body: WebhookBody, receivedAt: Instant): ParsedWebhook {
  const context = {
    receivedAt,
    groupStatus: asText(body.status),
    groupName: isTextMap(body.groupLabels) ? asText(body.groupLabels['alertname']) : '',
  };
  const group = groupOf(body);
  const via = { sender: asText(body.externalURL).slice(0, 500), receiver: group.receiver.slice(0, 200) };
  const events: AlertEvent[] = [];
  const kept = createNotes();
  for (const [index, value] of body.alerts.entries()) {
    const result = readAlert(value, context);
    if (result.ok) events.push({ ...result.event, via });
    for (const note of result.notes) kept.add(`alert ${index + 1}: ${note}`);
  }
  const notes = kept.all();
  if (events.length === 0) return { ok: false, reason: ['none of its alerts can be used', ...notes].join('; ') };
  return { ok: true, notification: { ...group, ...besidesGroup(body, events, notes) }, events };
}

type Group = Pick<Notification, 'receiver' | 'groupKey'>;

/** What names the notification's group among all that are sent here. */
export function groupOf(body: WebhookBody): Group {
  return { receiver: unquote(asText(body.receiver)), groupKey: asText(body.groupKey) };
}

function isBody(value: unknown): value is WebhookBody {
  return isTextMap(value) && Array.isArray(value['alerts']);
}

const maxNotes = 10;
const maxNoteLength = 150;

/** The first notes, shortened, and how many more there were: they are answered and kept, and a body may give reason for millions. */
function createNotes(): { add(note: string): void; all(): readonly string[] } {
  const first: string[] = [];
  let more = 0;
  return {
    add(note) {
      if (first.length < maxNotes) first.push(cut(note));
      else more += 1;
    },
    all: () => (more === 0 ? first : [...first, `and ${more} more of the kind`]),
  };
}

function cut(text: string): string {
  return text.length <= maxNoteLength ? text : `${text.slice(0, maxNoteLength - 1).toWellFormed()}…`;
}

function besidesGroup(body: WebhookBody, events: readonly AlertEvent[], notes: readonly string[]): Omit<Notification, keyof Group> {
  const version = asText(body.version);
  const reason = asText(body.notification_reason);
  return {
    // Alertmanager's own rule where the word is missing: a group fires while any of its alerts does.
    status: statusWord(asText(body.status)) ?? (events.some((event) => event.status === 'firing') ? 'firing' : 'resolved'),
    version,
    truncatedAlerts: countOf(body.truncatedAlerts),
    externalUrl: asText(body.externalURL),
    ...(reason === '' ? {} : { notificationReason: reason }),
    foreign: version !== '4',
    notes:
      version === '4'
        ? notes
        : [`version ${version === '' ? 'is missing' : cut(JSON.stringify(version))}: not Alertmanager's own`, ...notes],
  };
}

function readJson(text: string): { ok: true; value: unknown } | { ok: false; reason: string } {
  if (text.trim() === '') return { ok: false, reason: 'the body is empty' };
  try {
    const value: unknown = JSON.parse(text);
    return { ok: true, value };
  } catch {
    return { ok: false, reason: 'the body is not JSON' };
  }
}

function refusal(value: unknown): string {
  return isTextMap(value) ? 'the body has no list "alerts"' : 'the body is JSON, but not an object with a list "alerts"';
}

function countOf(value: unknown): number {
  const count = Number(asText(value));
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}

/** Alertmanager sends the receiver's name quoted for a regular expression: `web.hook` arrives as `web\.hook`. */
function unquote(receiver: string): string {
  return receiver.includes('\\') ? receiver.replaceAll(/\\([\\.+*?()|[\]{}^$])/g, '$1') : receiver;
}
