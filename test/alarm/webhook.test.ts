import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAlarm } from '../../src/alarm/webhook.ts';
import type { Alarm } from '../../src/alarm/webhook.ts';
import { createManualClock } from '../../src/kernel/clock.ts';
import { toInstant } from '../../src/kernel/instant.ts';
import type { Log } from '../../src/kernel/log.ts';
import type { PauseEvent } from '../../src/outbox/pause.ts';

const clock = createManualClock(new Date('2026-03-14T03:00:00.000Z'));
const paused: PauseEvent = { type: 'paused', scope: 'oncall', reason: 'no such channel', since: toInstant(clock.now()) };
const resumed: PauseEvent = { ...paused, type: 'resumed' };

describe('the alarm webhook', () => {
  let url: string;
  let asked: { method: string | undefined; type: string | undefined; body: { event: string } }[];
  /** What the next requests are answered; then 200. */
  let answers: number[];
  let logged: string[];
  let alarm: Alarm;
  let closeServer: () => Promise<unknown>;

  beforeEach(async () => {
    [asked, answers, logged] = [[], [], []];
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        asked.push({ method: request.method, type: request.headers['content-type'], body: JSON.parse(body) });
        const status = answers.shift() ?? 200;
        response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('ok');
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    // A server that listens on TCP has such an address.
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?key=very-secret`;
    const write = (fields: object, message: string) => void logged.push(JSON.stringify({ ...fields, message }));
    const log: Log = { debug: write, info: write, warn: write, error: write };
    alarm = createAlarm({ url, channels: { incidents: '#incidents', oncall: '#oncall' }, clock, log });
    closeServer = async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    };
  });
  afterEach(async () => {
    await alarm.stop();
    await closeServer();
  });

  /** Lets the waits between tries pass until the log holds so many lines. */
  const until = (lines: number) =>
    vi.waitFor(
      () => {
        clock.advanceToNext();
        expect(logged).toHaveLength(lines);
      },
      { timeout: 10_000, interval: 5 },
    );

  it('gets a JSON body that says what, where, since when and why, and nothing secret', async () => {
    const at = clock.now().toISOString();
    alarm.tell(paused);
    await until(1);
    expect(asked).toEqual([
      {
        method: 'POST',
        type: 'application/json',
        body: {
          source: 'tocsin',
          event: 'outbox_paused',
          scope: 'oncall',
          channel: '#oncall',
          reason: 'no such channel',
          since: paused.since,
          at,
          text: expect.stringContaining('Tocsin cannot post to #oncall: no such channel.'),
        },
      },
    ]);
    alarm.tell({ ...resumed, scope: 'workspace' });
    await until(2);
    expect(asked[1]?.body).toMatchObject({ event: 'outbox_resumed', scope: 'workspace' });
    expect(asked[1]?.body).not.toHaveProperty('channel');
    expect(JSON.stringify([asked, logged])).not.toContain('secret');
  });

  it('is tried again, and told in order', async () => {
    answers.push(500, 302);
    alarm.tell(paused);
    alarm.tell(resumed);
    await until(2);
    expect(asked.map(({ body }) => body.event)).toEqual(['outbox_paused', 'outbox_paused', 'outbox_paused', 'outbox_resumed']);
  });

  it('is given up after five tries, which the log says without the address', async () => {
    answers.push(...Array.from({ length: 5 }, () => 503));
    alarm.tell(paused);
    await until(1);
    expect(asked).toHaveLength(5);
    expect(logged[0]).toContain('"problem":"HTTP 503","message":"the alarm webhook could not be told"');
    expect(logged[0]).not.toContain('secret');
  });

  it('ends at once while it waits for the next try', async () => {
    answers.push(500);
    alarm.tell(paused);
    await vi.waitFor(() => expect(asked).toHaveLength(1), { timeout: 10_000 });
    await alarm.stop();
    expect(logged).toEqual([]);
  });
});
