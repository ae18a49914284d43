import type { HttpServer } from '../http/server.ts';
import type { Store } from '../store/store.ts';
import type { Part } from './shutdown.ts';

type Stops = { stop(): Promise<void> };

/** The running parts of the bot. */
type Running = Readonly<Record<'slack' | 'outbox' | 'retention' | 'ingest' | 'due' | 'watch' | 'steps' | 'relay', Stops>> & {
  http: HttpServer;
  alarm?: Stops;
  store: Store;
};

/** For requests under way; a client may send one slowly, or never to its end. */
const intakeGraceMs = 2500;

/**
 * How the bot ends, within ten seconds: the intake first, so that nothing new is begun. What sends ends at the same time, because what is left is safe
 * in the store.
 */
export function endings(running: Running): readonly Part[] {
  const { http, slack, outbox, retention, ingest, due, watch, steps, relay, alarm, store } = running;
  const intake = ['the webhook', "Slack's requests"];
  const work = ['the ingest', 'due work', 'steps of runbooks'];
  return [
    { name: 'the webhook', withinMs: 3500, stop: () => http.close(intakeGraceMs) },
    { name: "Slack's requests", withinMs: 3500, stop: () => slack.stop() },
    { name: 'the outbox', withinMs: 8000, stop: () => outbox.stop() },
    { name: 'retention', withinMs: 3500, stop: () => retention.stop() },
    { name: 'the ingest', after: intake, withinMs: 3000, stop: () => ingest.stop() },
    { name: 'due work', after: intake, withinMs: 3000, stop: () => due.stop() },
    { name: 'the look at Alertmanager', withinMs: 3500, stop: () => watch.stop() },
    { name: 'steps of runbooks', after: intake, withinMs: 5500, stop: () => steps.stop() },
    { name: 'the relay', after: work, withinMs: 500, stop: () => relay.stop() },
    { name: 'the alarm', after: ['the outbox'], withinMs: 500, stop: async () => await alarm?.stop() },
    {
      name: 'the store',
      after: ['the relay', 'retention', 'the look at Alertmanager', 'the alarm'],
      withinMs: 500,
      stop: () => store.close(),
    },
  ];
}
