import * as fc from 'fast-check';
import type { Json } from '../../../src/kernel/json.ts';
import { anyJson, mutated } from './json.ts';
import { anyText, longText, piecesOf } from './text.ts';

const names = ['VideoErrors', 'QueueOverflow', 'Disk\nFull', 'Überlauf', ''];
const times = [
  '2026-03-14T10:00:00.000Z',
  '2026-03-14T09:58:11.873077559-05:00',
  '0001-01-01T00:00:00Z',
  '1970-01-01T00:00:00Z',
  '2026-03-14 10:00:00+01:00',
  '9999-12-31T23:59:59Z',
  'yesterday',
  '',
];
const fingerprints = ['a1b2c3d4e5f60718', 'b1b2c3d4e5f60718', 'ffffffffffffffff', 'not-a-fingerprint', ''];

const label = fc.oneof({ weight: 4, arbitrary: fc.constantFrom('critical', 'warning', 'page', 'gpu-worker-0', 'video') }, anyText);
const alert: fc.Arbitrary<Json> = fc.record(
  {
    status: fc.constantFrom('firing', 'resolved', 'FIRING', 'pending', ''),
    labels: fc.record(
      { alertname: fc.constantFrom(...names), severity: label, service: label, pod: label, instance: label },
      { requiredKeys: ['alertname'] },
    ),
    annotations: fc.record(
      { summary: anyText, description: anyText, runbook_url: fc.oneof(anyText, fc.webUrl()), message: anyText },
      { requiredKeys: [] },
    ),
    startsAt: fc.constantFrom(...times),
    endsAt: fc.constantFrom(...times),
    generatorURL: fc.oneof(fc.webUrl(), anyText),
    fingerprint: fc.constantFrom(...fingerprints),
  },
  { requiredKeys: ['labels'] },
);

/** What Alertmanager sends, and what look-alikes make of it. */
const notification: fc.Arbitrary<Json> = fc.record(
  {
    alerts: fc.array(alert, { minLength: 1, maxLength: 4 }),
    version: fc.constantFrom<Json>('4', '1', 4, ''),
    groupKey: fc.oneof<fc.Arbitrary<Json>[]>(fc.constant('{}/{severity="critical"}:{alertname="X"}'), anyJson),
    truncatedAlerts: fc.constantFrom<Json>(0, 7, -1, '3', 1e20),
    receiver: fc.constantFrom('tocsin', 'web\\.hook', 'größe'),
    status: fc.constantFrom('firing', 'resolved', 'unknown'),
    groupLabels: fc.constantFrom<Json>({}, { alertname: 'VideoErrors' }, null),
    commonLabels: fc.constantFrom<Json>({}, { severity: 'critical' }),
    commonAnnotations: fc.constantFrom<Json>({}, { summary: 'x' }),
    externalURL: fc.constantFrom('http://alertmanager:9093', ''),
    notification_reason: fc.constantFrom('first notification', 'repeat interval elapsed', 'none'),
    routeLabels: fc.constantFrom<Json>({}, { team: 'video' }),
  },
  { requiredKeys: ['alerts'] },
);

export const mutatedNotification = mutated(notification).map((value) => JSON.stringify(value));

const jsonPieces = ['{', '}', '[', ']', '"alerts":', '"labels":', '{"a":"b"}', ',', ':', '"', '\\u', 'null', '1e9', 'true', ' ', '\n'];

/** A request's body: what it should be, nearly that, cut off, or anything at all. */
export const webhookBody: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: mutatedNotification },
  { weight: 2, arbitrary: anyJson.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.tuple(mutatedNotification, fc.nat(2000)).map(([body, at]) => body.slice(0, at)) },
  { weight: 1, arbitrary: piecesOf(jsonPieces) },
  { weight: 1, arbitrary: longText(fc.constantFrom(...jsonPieces), 20_000) },
  { weight: 1, arbitrary: anyJson.map((value) => JSON.stringify({ alerts: Array.from({ length: 500 }, () => value) })) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('utf8')) },
);
