import { alertOf, notificationOf } from '../support/alerts.ts';
import { connect } from './http-connection.ts';
import type { HttpConnection } from './http-connection.ts';
import { loadOrder } from './protocol.ts';
import type { LoadOrder, LoadResult } from './protocol.ts';

// Sends alerts, in a process of its own so that it does not take turns with a server. One order at a time.

/** Timers are late by up to a millisecond: the last moment before a request is waited for awake. */
const awakeMs = 2;

/** Counts what came back. `done` says that an order's last answer is there. */
function createBook(order: LoadOrder) {
  const latencies: number[] = [];
  const acceptedAt: number[] = [];
  const refused: Record<string, number> = {};
  let next = 0;
  return {
    next(): { index: number; body: string } {
      const { run, grouping, severity, distinct = Number.POSITIVE_INFINITY } = order;
      const index = next;
      next += 1;
      const alert = { run, index: index % distinct, grouping, ...(severity === undefined ? {} : { severity }) };
      return { index, body: notificationOf([alertOf(alert)]) };
    },
    begun: () => next,
    add(status: number, answered: { index: number; latencyMs: number }) {
      acceptedAt[answered.index] = status === 200 ? Date.now() : Number.NaN;
      if (status === 200) latencies.push(answered.latencyMs);
      else refused[status] = (refused[status] ?? 0) + 1;
    },
    result: (seconds: number): LoadResult => ({
      accepted: latencies.length,
      refused,
      seconds,
      latenciesMs: Float64Array.from(latencies),
      acceptedAtMs: Float64Array.from(acceptedAt),
    }),
  };
}

type Book = ReturnType<typeof createBook>;

/** Each connection sends its next request as soon as it has the answer to the last one. */
async function sendClosed(order: LoadOrder, connections: readonly HttpConnection[], book: Book): Promise<void> {
  const until = performance.now() + order.seconds * 1000;
  const most = order.requests ?? Number.POSITIVE_INFINITY;
  const one = (connection: HttpConnection) =>
    new Promise<void>((resolve) => {
      const send = () => {
        if (performance.now() >= until || book.begun() >= most) return resolve();
        const { index, body } = book.next();
        const from = performance.now();
        connection.post(body, (status) => {
          book.add(status, { index, latencyMs: performance.now() - from });
          if (status === 0) resolve();
          else send();
        });
      };
      send();
    });
  await Promise.all(connections.map(one));
}

/** Sends at a rate, and measures from the moment at which a request was meant to go: a wait for a free connection is latency too. */
async function sendOpen(order: LoadOrder & { pace: { type: 'open' } }, connections: readonly HttpConnection[], book: Book): Promise<void> {
  const everyMs = 1000 / order.pace.ratePerSecond;
  const total = Math.min(order.requests ?? Number.POSITIVE_INFINITY, Math.floor(order.seconds * order.pace.ratePerSecond));
  const free = [...connections];
  const from = performance.now();
  const due = (index: number) => from + index * everyMs;
  await new Promise<void>((resolve, reject) => {
    let answers = 0;
    const sendDue = () => {
      while (book.begun() < total && due(book.begun()) <= performance.now()) {
        // In turn: a connection on which nothing comes for ten seconds is closed by the server.
        const connection = free.shift();
        if (connection === undefined) return;
        const intended = due(book.begun());
        const { index, body } = book.next();
        connection.post(body, (status) => {
          book.add(status, { index, latencyMs: performance.now() - intended });
          answers += 1;
          if (status !== 0) free.push(connection);
          if (answers === total) return resolve();
          if (free.length === 0 && status === 0) return reject(new Error('every connection broke'));
          sendDue();
        });
      }
    };
    const wait = () => {
      sendDue();
      if (book.begun() >= total) return;
      const left = due(book.begun()) - performance.now();
      if (left > awakeMs) setTimeout(wait, left - awakeMs);
      else setImmediate(wait);
    };
    wait();
  });
}

async function carryOut(order: LoadOrder): Promise<LoadResult> {
  const connections = await Promise.all(Array.from({ length: order.pace.connections }, () => connect(order)));
  const book = createBook(order);
  const from = performance.now();
  if (isOpen(order)) await sendOpen(order, connections, book);
  else await sendClosed(order, connections, book);
  const seconds = (performance.now() - from) / 1000;
  for (const connection of connections) connection.close();
  return book.result(seconds);
}

function isOpen(order: LoadOrder): order is LoadOrder & { pace: { type: 'open' } } {
  return order.pace.type === 'open';
}

process.on('message', (message) => {
  void carryOut(loadOrder.parse(message)).then((result) => process.send?.(result));
});
process.once('disconnect', () => process.exit(0));
process.send?.({ ready: true });
