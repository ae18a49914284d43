import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseWebhook } from '../../src/alerts/parse-webhook.ts';
import { toInstant } from '../../src/kernel/instant.ts';
import { hasShared, sharedDir } from '../support/shared.ts';
import { createWorld, start } from './support/world.ts';

const folder = join(sharedDir, 'corpus', 'webhooks');
const sample = z.object({ payload: z.record(z.string(), z.unknown()) });

function bodyOf(file: string): string {
  return JSON.stringify(sample.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))).payload);
}

type Expected = {
  title: string;
  severity: string;
  alerts: number;
  service: string;
  correlation: string;
  target?: string;
  notes?: readonly string[];
  /** Whether the fingerprint is Alertmanager's own; otherwise it is made of the labels. */
  fingerprint: 'sent' | 'made';
};

const foreign = 'version "1": not Alertmanager\'s own';

/** What each public payload becomes in an empty store without a runbook for it. */
const expected: Readonly<Record<string, Expected>> = {
  'FluidifyAI--Regen-1.json': {
    title: 'Error rate above 5% for payments-api',
    severity: 'critical',
    alerts: 1,
    service: 'payments-api',
    correlation: '["alert","HighErrorRate","payments-api"]',
    fingerprint: 'sent',
  },
  'FluidifyAI--Regen-2.json': {
    title: 'Pre-kill baseline test',
    severity: 'warning',
    alerts: 1,
    service: '',
    correlation: '["alert","RedisKillTest_Pre",""]',
    fingerprint: 'made',
  },
  'FluidifyAI--Regen-3.json': {
    title: 'Test during Redis outage',
    severity: 'critical',
    alerts: 1,
    service: '',
    correlation: '["alert","RedisKillTest_DuringKill",""]',
    fingerprint: 'made',
  },
  'Tracer-Cloud--opensre-1.json': {
    title: 'Error rate above 5% threshold for checkout-api',
    severity: 'critical',
    alerts: 1,
    service: 'checkout-api',
    correlation: '["alert","HighErrorRate","checkout-api"]',
    target: 'checkout-api-pod-7d9f8b-xkp2q:8080',
    fingerprint: 'sent',
  },
  'Tracer-Cloud--opensre-2.json': {
    title: 'Kubernetes job etl-transform-error failed in namespace tracer-test',
    severity: 'critical',
    alerts: 1,
    service: '',
    correlation: '["alert","KubernetesJobFailed",""]',
    fingerprint: 'made',
  },
  'Tracer-Cloud--opensre-3.json': {
    title: 'MongoDB instance has high number of active connections (850/900)',
    severity: 'warning',
    alerts: 1,
    service: '',
    correlation: '["alert","MongoDBHighConnections",""]',
    target: 'prod-mongo-cluster',
    fingerprint: 'made',
  },
  'Tracer-Cloud--opensre-4.json': {
    title: 'MySQL instance has queries running longer than 30 seconds',
    severity: 'warning',
    alerts: 1,
    service: '',
    correlation: '["alert","MySQLSlowQuery",""]',
    target: 'prod-mysql-cluster',
    fingerprint: 'made',
  },
  'Tracer-Cloud--opensre-5.json': {
    title: 'PostgreSQL instance has queries running longer than 30 seconds',
    severity: 'warning',
    alerts: 1,
    service: '',
    correlation: '["alert","PostgreSQLSlowQuery",""]',
    target: 'prod-pg-cluster',
    fingerprint: 'made',
  },
  'Tracer-Cloud--opensre-6.json': {
    title: 'Queue backlog on orders.process has exceeded 50k messages',
    severity: 'critical',
    alerts: 1,
    service: 'orders-api',
    correlation: '["alert","RabbitMQQueueBacklog","orders-api"]',
    target: 'orders.process',
    fingerprint: 'made',
  },
  'Tracer-Cloud--opensre-7.json': {
    title: 'checkout-api is returning elevated 5xx responses in production',
    severity: 'critical',
    alerts: 1,
    service: 'checkout-api',
    correlation: '["alert","CheckoutApiHighErrorRate","checkout-api"]',
    fingerprint: 'made',
  },
  'linkedin--iris-1.json': {
    title: 'testsummary',
    severity: 'critical',
    alerts: 1,
    service: 'testjob',
    correlation: '["alert","InstanceDown","testjob"]',
    target: 'testinstance:8080',
    fingerprint: 'made',
  },
  'linkedin--iris-2.json': {
    title: 'testsummary',
    severity: 'critical',
    alerts: 1,
    service: 'testjob',
    correlation: '["alert","InstanceDown","testjob"]',
    target: 'testinstance:8080',
    notes: ["version is missing: not Alertmanager's own"],
    fingerprint: 'made',
  },
  'm-lab--alertmanager-github-receiver-1.json': {
    title: 'FoobarIsBroken',
    severity: 'warning',
    alerts: 1,
    service: '',
    correlation: '["alert","FoobarIsBroken",""]',
    fingerprint: 'made',
  },
  'prometheus-msteams--prometheus-msteams-1.json': {
    title: 'Server High Memory usage',
    severity: 'warning',
    alerts: 1,
    service: 'docker_nodes',
    correlation: '["alert","high_memory_load","docker_nodes"]',
    target: '10.80.40.11:9100',
    fingerprint: 'made',
  },
  'prometheus-msteams--prometheus-msteams-2.json': {
    title: 'Ratio(Max(Working Set, RSS) / Reservation) [5m Avg] < 40 %',
    severity: 'info',
    alerts: 3,
    service: '',
    correlation: '["alert","JustATestAlert_1",""]',
    fingerprint: 'sent',
  },
  'prometheus-msteams--prometheus-msteams-3.json': {
    title: 'Server High Memory usage',
    severity: 'warning',
    alerts: 1,
    service: 'docker_nodes',
    correlation: '["alert","high_memory_load","docker_nodes"]',
    target: 'instance-with-hyphen_and_underscore',
    fingerprint: 'made',
  },
  'robusta-dev--robusta-1.json': {
    title: 'GMP Webhook Test Alert',
    severity: 'warning',
    alerts: 1,
    service: '',
    correlation: '["alert","GMP_WebhookTest",""]',
    target: 'external',
    notes: [foreign],
    fingerprint: 'made',
  },
};

describe.skipIf(!hasShared)('the public payloads', () => {
  it('are all expected here, and no other', () => {
    const files = hasShared ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
    expect(files.sort()).toEqual(Object.keys(expected).sort());
  });

  it.each(Object.entries(expected))('%s is accepted and becomes one incident', async (file, wanted) => {
    const world = createWorld();
    const parsed = parseWebhook(bodyOf(file), toInstant(start));
    if (!parsed.ok) throw new Error(`refused: ${parsed.reason}`);
    expect(parsed.notification.notes).toEqual(wanted.notes ?? []);
    expect(parsed.notification.foreign).toBe(wanted.notes !== undefined);

    await world.receive(bodyOf(file));
    await world.work();
    const incident = await world.incident();
    expect({
      title: incident.title,
      severity: incident.severity,
      alerts: incident.alerts.length,
      service: incident.service,
      correlation: incident.correlationKey,
    }).toEqual({
      title: wanted.title,
      severity: wanted.severity,
      alerts: wanted.alerts,
      service: wanted.service,
      correlation: wanted.correlation,
    });
    expect(incident.alerts[0]?.target).toBe(wanted.target ?? '');
    expect(incident.alerts.every(({ status }) => status === 'firing')).toBe(true);
    for (const { fingerprint } of incident.alerts)
      expect(fingerprint).toMatch(wanted.fingerprint === 'sent' ? /^[0-9a-f]{16}$/ : /^labels_/);
    expect(await world.store.deliveries.counts()).toMatchObject({ done: 1 });
  });

  it.each([
    ['wrapped as they are in the corpus', (body: string) => `{"payload":${body}}`, 'the body has no list "alerts"'],
    ['cut in the middle', (body: string) => body.slice(0, body.length / 2), 'the body is not JSON'],
    ['as text in JSON', (body: string) => JSON.stringify(body), 'the body is JSON, but not an object with a list "alerts"'],
  ])('are refused when they come %s', (_how, damage, reason) => {
    for (const file of Object.keys(expected)) expect(parseWebhook(damage(bodyOf(file)), toInstant(start))).toEqual({ ok: false, reason });
  });
});
