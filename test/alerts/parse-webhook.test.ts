import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../src/alerts/alert.ts';
import { openWebhook, parseWebhook } from '../../src/alerts/parse-webhook.ts';
import type { ParsedWebhook } from '../../src/alerts/parse-webhook.ts';
import { toInstant } from '../../src/kernel/instant.ts';
import { canonicalJson } from '../../src/kernel/json.ts';
import type { Json } from '../../src/kernel/json.ts';
import { firing, resolved, webhookBody } from './support/payload.ts';

const receivedAt = toInstant(new Date(Date.UTC(2026, 2, 14, 12, 0, 0)));

function accepted(body: unknown): Extract<ParsedWebhook, { ok: true }> {
  const parsed = parseWebhook(typeof body === 'string' ? body : JSON.stringify(body), receivedAt);
  if (!parsed.ok) throw new Error(`refused: ${parsed.reason}`);
  return parsed;
}

function only(body: unknown): AlertEvent {
  const [event, ...others] = accepted(body).events;
  if (event === undefined || others.length > 0) throw new Error('expected one event');
  return event;
}

const minimal = { labels: { alertname: 'A' }, startsAt: '2026-03-14T10:00:00Z' };

describe('a notification', () => {
  it('is read with the receiver as it is configured', () => {
    const { notification } = accepted(
      webhookBody([firing()], { receiver: 'web\\.hook\\(1\\)', truncatedAlerts: 3, notification_reason: 'new alerts added' }),
    );
    expect(notification).toMatchObject({
      receiver: 'web.hook(1)',
      status: 'firing',
      version: '4',
      truncatedAlerts: 3,
      externalUrl: 'http://alertmanager:9093',
      notificationReason: 'new alerts added',
      foreign: false,
      notes: [],
    });
  });

  it.each([
    ['text', '{}:{a="b"}', '{}:{a="b"}'],
    ['a number', 12, '12'],
    ['an object', { a: ['b'] }, '{"a":["b"]}'],
    ['null', null, ''],
    ['missing', undefined, ''],
  ])('takes a group key that is %s', (_kind, groupKey, text) => {
    expect(accepted(webhookBody([firing()], { groupKey })).notification.groupKey).toBe(text);
  });

  it('needs nothing but a list of alerts with labels', () => {
    const { notification, events } = accepted({ alerts: [minimal] });
    expect(notification).toMatchObject({ status: 'firing', foreign: true, version: '', truncatedAlerts: 0, receiver: '' });
    expect(events).toHaveLength(1);
  });

  it('derives a missing status from its alerts', () => {
    const over = resolved(firing(), 5);
    expect(accepted({ version: '4', alerts: [over] }).notification.status).toBe('resolved');
    expect(accepted({ version: '4', alerts: [over, firing({ pod: 'b' })] }).notification.status).toBe('firing');
  });

  it('marks a look-alike by its version and reads it all the same', () => {
    expect(accepted(webhookBody([firing()], { version: '1', orgId: 1, title: '[FIRING:1]' })).notification).toMatchObject({
      foreign: true,
      version: '1',
    });
    expect(accepted(webhookBody([firing()], { version: 4 })).notification.foreign).toBe(false);
  });

  it('keeps the good alerts beside a bad one and says which was left out', () => {
    const { events, notification } = accepted(webhookBody([firing(), { annotations: {} }, 'x', firing({ pod: 'b' })]));
    expect(events).toHaveLength(2);
    expect(notification.notes).toEqual(['alert 2: left out, because it has no labels', 'alert 3: left out, because it has no labels']);
  });

  it('says briefly what is wrong with a million of them, because it is answered and kept', () => {
    const refused = parseWebhook(JSON.stringify({ alerts: Array.from({ length: 1_000_000 }, () => 1) }), receivedAt);
    expect(refused).toMatchObject({ ok: false, reason: expect.stringMatching(/alert 10: .*; and 999990 more of the kind$/) });
    const long = 'x'.repeat(100_000);
    const { notification } = accepted(webhookBody([firing(), { labels: { a: 'b', [long]: {} } }], { version: long }));
    expect(notification.notes.join().length).toBeLessThan(500);
  });

  it.each([
    ['', 'the body is empty'],
    ['{', 'the body is not JSON'],
    ['[]', 'the body is JSON, but not an object with a list "alerts"'],
    ['null', 'the body is JSON, but not an object with a list "alerts"'],
    ['{"text":"hello"}', 'the body has no list "alerts"'],
    ['{"alerts":{}}', 'the body has no list "alerts"'],
    ['{"alerts":[]}', 'none of its alerts can be used'],
    ['{"alerts":[{"labels":{}}]}', 'none of its alerts can be used; alert 1: left out, because its labels are empty'],
  ])('is refused with the reason: %s', (body, reason) => {
    expect(parseWebhook(body, receivedAt)).toEqual({ ok: false, reason });
  });
});

describe('an alert', () => {
  it.each(['0001-01-01T00:00:00Z', '1970-01-01T00:00:00Z', undefined, null, '', '2030-01-01T00:00:00Z', 'soon'])(
    'that fires has no end, whatever endsAt says: %s',
    (endsAt) => {
      expect(only({ alerts: [{ ...minimal, status: 'firing', endsAt }] })).not.toHaveProperty('endsAt');
    },
  );

  it('that has ended has the end that was sent, when it is one', () => {
    expect(only({ alerts: [{ ...minimal, status: 'resolved', endsAt: '2026-03-14T11:00:00+01:00' }] }).endsAt).toBe(
      '2026-03-14T10:00:00.000Z',
    );
    expect(only({ alerts: [{ ...minimal, status: 'resolved', endsAt: '1970-01-01T00:00:00Z' }] })).not.toHaveProperty('endsAt');
  });

  it('keeps nanoseconds and offsets as text and compares instants', () => {
    const startsAt = '2018-03-07T06:33:21.873077559-05:00';
    expect(only({ alerts: [{ ...minimal, startsAt }] })).toMatchObject({ startsAt: '2018-03-07T11:33:21.873Z', startsAtText: startsAt });
  });

  it.each([undefined, '0001-01-01T00:00:00Z', '1970-01-01T00:00:00Z', '2026-02-30', 'yesterday', 5])(
    'without a usable start begins when it was received: %s',
    (startsAt) => {
      const { events, notification } = accepted({ version: '4', alerts: [{ ...minimal, startsAt }] });
      expect(events[0]?.startsAt).toBe(receivedAt);
      expect(notification.notes).toEqual(['alert 1: no usable startsAt, the time of receipt stands in']);
    },
  );

  it.each([
    ['its own word', { alert: { status: 'Resolved' }, group: 'firing' }, 'resolved'],
    ['its own word before its end', { alert: { status: 'firing', endsAt: '2020-01-01T00:00:00Z' }, group: 'resolved' }, 'firing'],
    ['the word of a group that has ended', { alert: {}, group: 'resolved' }, 'resolved'],
    ['its end, in a group that fires', { alert: { endsAt: '2026-03-14T11:00:00Z' }, group: 'firing' }, 'resolved'],
    ['an end that is still to come', { alert: { endsAt: '2026-03-14T13:00:00Z' }, group: 'firing' }, 'firing'],
    ['nothing at all', { alert: { status: 'alerting' }, group: 'alerting' }, 'firing'],
  ])('has the status from %s', (_from, { alert, group }, status) => {
    expect(only({ status: group, alerts: [{ ...minimal, ...alert }] }).status).toBe(status);
  });

  it('keeps a fingerprint of Alertmanager', () => {
    expect(only({ alerts: [{ ...minimal, fingerprint: 'a1b2c3d4e5f6a7b8' }] }).fingerprint).toBe('a1b2c3d4e5f6a7b8');
  });

  it('gets a fingerprint from its labels when it has none of Alertmanager, in whatever order they come', () => {
    const one = only({ alerts: [{ labels: { a: '1', b: '2' }, fingerprint: 'redis_chaos' }] }).fingerprint;
    const other = only({ alerts: [{ labels: { b: '2', a: '1' } }] }).fingerprint;
    expect(one).toBe(other);
    expect(one).toMatch(/^labels_/);
    expect(only({ alerts: [{ labels: { a: '1', b: '3' } }] }).fingerprint).not.toBe(one);
  });

  it('is called by its own name, then by the group, then by what it is', () => {
    expect(only({ groupLabels: { alertname: 'G' }, alerts: [minimal] }).name).toBe('A');
    expect(only({ groupLabels: { alertname: 'G' }, alerts: [{ labels: { thing: 'value' } }] }).name).toBe('G');
    expect(only({ alerts: [{ labels: { thing: 'value' } }] }).name).toBe('Alert without a name');
  });

  it('keeps UTF-8 in label names and values, writes numbers out and leaves objects out', () => {
    const { events, notification } = accepted({
      version: '4',
      alerts: [{ ...minimal, labels: { 'größe.cm': '12 ½', n: 3, on: true, deep: {} } }],
    });
    expect(events[0]?.labels).toEqual({ 'größe.cm': '12 ½', n: '3', on: 'true' });
    expect(notification.notes).toEqual(['alert 1: "deep" has no text value and was left out']);
  });

  it('repairs half a surrogate pair, which the timeline could not seal', () => {
    expect(only('{"alerts":[{"labels":{"a":"x\\ud800y"}}]}').labels['a']).toBe('x\ufffdy');
  });
});

describe('for any input', () => {
  it('text never makes it throw', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseWebhook(text, receivedAt)));
  });

  it('JSON never makes it throw, and what it accepts can be sealed', () => {
    const alert = fc.record(
      {
        labels: fc.oneof(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), fc.jsonValue()),
        annotations: fc.jsonValue(),
        status: fc.oneof(fc.constantFrom('firing', 'resolved'), fc.jsonValue()),
        startsAt: fc.oneof(fc.constantFrom('2026-03-14T10:00:00Z', '+275760-01-01T00:00:00Z'), fc.jsonValue()),
        endsAt: fc.jsonValue(),
        fingerprint: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const body = fc.record({
      alerts: fc.oneof(fc.array(fc.oneof(alert, fc.jsonValue())), fc.jsonValue()),
      version: fc.jsonValue(),
      groupKey: fc.jsonValue(),
    });
    fc.assert(
      fc.property(fc.oneof(body, fc.jsonValue()), (value) => {
        const parsed = parseWebhook(JSON.stringify(value), receivedAt);
        if (!parsed.ok) return;
        for (const event of parsed.events) expect(canonicalJson(sealable(event))).toContain(event.startsAt);
      }),
    );
  });

  it('is taken or refused for the same reason before its alerts are read', () => {
    const mostly = <T, U>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<U>) =>
      fc.oneof({ arbitrary: usual, weight: 4 }, { arbitrary: odd, weight: 1 });
    const labels = mostly(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 2 }), fc.jsonValue());
    const alert = mostly(fc.record({ labels, startsAt: fc.jsonValue() }, { requiredKeys: [] }), fc.jsonValue());
    const body = mostly(fc.record({ alerts: mostly(fc.array(alert, { maxLength: 3 }), fc.jsonValue()) }), fc.jsonValue());
    const text = mostly(
      body.map((value) => JSON.stringify(value)),
      fc.string(),
    );
    const seen = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(text, (sent) => {
        const [opened, parsed] = [openWebhook(sent, receivedAt), parseWebhook(sent, receivedAt)];
        expect(opened.ok ? true : opened.reason).toBe(parsed.ok ? true : parsed.reason);
        seen[opened.ok ? 'taken' : 'refused'] += 1;
      }),
      { numRuns: 1000 },
    );
    expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(20);
  });

  it('any number of labels is read', () => {
    const labels = Object.fromEntries(Array.from({ length: 150_000 }, (_, index) => [`label_${index}`, 'x']));
    expect(only({ alerts: [{ labels }] }).fingerprint).toMatch(/^labels_[0-9a-f]{24}$/);
  });

  it('nesting without end never makes it throw', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    expect(accepted(`{"groupKey":${deep},"alerts":[{"labels":{"a":"b"}}]}`).notification.groupKey).toBe('(nested too deeply to show)');
    expect(parseWebhook(deep, receivedAt).ok).toBe(false);
  });
});

function sealable(event: AlertEvent): Json {
  return { ...event };
}
