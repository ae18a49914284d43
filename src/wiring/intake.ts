import type { ReadAhead } from '../alerts/read-ahead.ts';
import { deliveryIds, receiveDelivery } from '../alerts/receive.ts';
import type { Config } from '../config/config.ts';
import { renderExport } from '../export/render.ts';
import type { IntakeRoom } from '../http/intake-room.ts';
import type { Metrics } from '../http/metrics.ts';
import { createHttpServer } from '../http/server.ts';
import type { HttpServer } from '../http/server.ts';
import type { SignedLinks } from '../http/signed-link.ts';
import { createWebhook } from '../http/webhook.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { RunbookLibrary } from '../runbooks/library.ts';
import type { Store } from '../store/store.ts';
import type { Meters } from './meters.ts';

type Intake = {
  clock: Clock;
  log: Log;
  store: Store;
  /** For those who cannot wait. */
  probed: Store;
  runbooks: RunbookLibrary;
  links: SignedLinks;
  metrics: Metrics;
  meters: Meters;
  room: IntakeRoom;
  ahead: ReadAhead;
  received: () => void;
};

/** Tocsin's own HTTP server over the store: what Alertmanager, Prometheus, probes and downloads ask. */
export function openIntake(config: Config, intake: Intake): HttpServer {
  const { clock, log, store, probed, runbooks, links, metrics, meters, room, ahead, received } = intake;
  const render = meters.exports.watch((request) => renderExport({ ...store, runbooks, clock }, request));
  const nextId = deliveryIds(clock);
  return createHttpServer({
    host: config.HOST,
    port: config.PORT,
    webhook: createWebhook({
      token: config.WEBHOOK_TOKEN,
      receive: (request) => receiveDelivery({ deliveries: store.deliveries, clock, nextId, ahead, received }, request),
      room,
      metrics,
      clock,
      log,
    }),
    ready: () => probed.ping(),
    metrics,
    exports: { token: config.API_TOKEN, links, render },
    clock,
    log,
  });
}
