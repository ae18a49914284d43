import { createReadAhead } from '../alerts/read-ahead.ts';
import type { ReadAhead } from '../alerts/read-ahead.ts';
import { deliveryIds, receiveDelivery } from '../alerts/receive.ts';
import type { Config } from '../config/config.ts';
import type { ExportOptions } from '../http/exports.ts';
import { createIntakeRoom } from '../http/intake-room.ts';
import type { IntakeRoom } from '../http/intake-room.ts';
import { createMetrics } from '../http/metrics.ts';
import type { Metrics } from '../http/metrics.ts';
import { createHttpServer } from '../http/server.ts';
import type { HttpServer } from '../http/server.ts';
import { createSignedLinks } from '../http/signed-link.ts';
import type { SignedLinks } from '../http/signed-link.ts';
import { createWebhook } from '../http/webhook.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import { withDeadline } from '../store/deadline.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { createMeters } from './meters.ts';
import type { Meters } from './meters.ts';

export type IntakeHost = {
  clock: Clock;
  log: Log;
  openStore?: typeof openStore;
  /** Adds the metrics of the process, from whoever owns it. */
  aboutProcess?: (registry: Metrics['registry']) => void;
};

/** What becomes of what came in. */
type BehindIntake = {
  /** Something was stored. */
  received: () => void;
  render: ExportOptions['render'];
};

/** Tocsin's own HTTP server over the store, listening: what Alertmanager, Prometheus, probes and downloads ask. */
export type Intake = {
  http: HttpServer;
  port: number;
  store: Store;
  /** The same for those who cannot wait. */
  probed: Store;
  links: SignedLinks;
  metrics: Metrics;
  meters: Meters;
  room: IntakeRoom;
  ahead: ReadAhead;
  /** Until this is called deliveries are kept, and downloads wait. */
  connect(behind: BehindIntake): void;
  /** Ends the server and the store, also when they have ended before. */
  close(): Promise<void>;
};

/** Probes and scrapes are given up after some seconds by those who send them. */
const probeMs = 2000;

/** Opens the store and the server. Throws TocsinError: what the store throws, or precondition (the address). */
export async function openIntake(config: Config, host: IntakeHost): Promise<Intake> {
  const { clock, log } = host;
  const opened = await (host.openStore ?? openStore)(config.STORE_URL, host);
  const probed = withDeadline(opened, { clock, ms: probeMs });
  const metrics = createMetrics({ deliveries: probed.deliveries, clock, log });
  host.aboutProcess?.(metrics.registry);
  const meters = createMeters({ registry: metrics.registry, scraped: probed, clock, log });
  const store = meters.watch(opened);
  const links = createSignedLinks({ secret: config.API_TOKEN, clock });
  const room = createIntakeRoom(clock);
  const ahead = createReadAhead();
  const connected = Promise.withResolvers<BehindIntake>();
  let received = () => {};
  const nextId = deliveryIds(clock);
  const http = createHttpServer({
    host: config.HOST,
    port: config.PORT,
    webhook: createWebhook({
      token: config.WEBHOOK_TOKEN,
      receive: (request) => receiveDelivery({ deliveries: store.deliveries, clock, nextId, ahead, received: () => received() }, request),
      room,
      metrics,
      clock,
      log,
    }),
    ready: () => probed.ping(),
    metrics,
    exports: {
      token: config.API_TOKEN,
      links,
      render: meters.exports.watch(async (request) => {
        const { render } = await connected.promise;
        return await render(request);
      }),
    },
    clock,
    log,
  });
  const close = async () => {
    await http.close();
    await store.close();
  };
  try {
    const { port } = await http.listen();
    return {
      http,
      port,
      store,
      probed,
      links,
      metrics,
      meters,
      room,
      ahead,
      connect(behind) {
        ({ received } = behind);
        connected.resolve(behind);
      },
      close,
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}
