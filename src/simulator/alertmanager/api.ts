import { createServer } from 'node:http';
import type { Clock } from '../../kernel/clock.ts';
import { isResolved } from './notify.ts';
import type { SimulatedAlert } from './state.ts';

export type AlertmanagerApiOptions = {
  /** What it holds; what has ended is not shown, as in the real one. */
  alerts: () => readonly SimulatedAlert[];
  receiver?: string;
  clock: Clock;
};

/** The reading side of Alertmanager's HTTP API, for the comparison with what was told: alerts, their groups, no silences, the status. Loopback only. */
export type AlertmanagerApi = { listen(): Promise<{ url: string }>; close(): Promise<void> };

const resolveTimeoutMs = 5 * 60_000;

export function createAlertmanagerApi({ alerts, receiver = 'tocsin', clock }: AlertmanagerApiOptions): AlertmanagerApi {
  const startedAt = clock.now();
  const items = () =>
    alerts()
      .filter((alert) => !isResolved(alert))
      .map((alert) => itemOf(alert, { receiver, now: clock.now() }));
  const answers: Readonly<Record<string, () => unknown>> = {
    '/api/v2/alerts': items,
    '/api/v2/alerts/groups': () => items().map((item) => ({ receiver: { name: receiver }, labels: {}, alerts: [item] })),
    '/api/v2/silences': () => [],
    '/api/v2/status': () => ({
      cluster: { status: 'disabled', peers: [] },
      uptime: startedAt.toISOString(),
      versionInfo: { version: '0.34.0 (simulated)' },
    }),
  };
  const server = createServer((request, response) => {
    const answer = answers[URL.parse(request.url ?? '', 'http://simulated.invalid')?.pathname ?? ''];
    if (request.method !== 'GET' || answer === undefined) return void response.writeHead(404).end();
    // Its own time, which tests move.
    response.writeHead(200, { 'Content-Type': 'application/json', Date: clock.now().toUTCString() }).end(JSON.stringify(answer()));
  });
  return {
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, '127.0.0.1', () => {
          const address = server.address();
          resolve({ url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}` });
        });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function itemOf(
  { fingerprint, labels, annotations, generatorUrl, startsAt }: SimulatedAlert,
  how: { receiver: string; now: Date },
): object {
  return {
    fingerprint,
    labels,
    annotations,
    generatorURL: generatorUrl,
    startsAt: new Date(startsAt).toISOString(),
    // Prometheus tells it every minute that the alert fires still.
    updatedAt: how.now.toISOString(),
    endsAt: new Date(how.now.getTime() + resolveTimeoutMs).toISOString(),
    receivers: [{ name: how.receiver }],
    status: { state: 'active', silencedBy: [], inhibitedBy: [], mutedBy: [] },
  };
}
