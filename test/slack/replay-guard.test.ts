import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../src/kernel/clock.ts';
import { createReplayGuard } from '../../src/slack/replay-guard.ts';

const start = new Date('2026-03-14T03:00:00.000Z');

/** A server behind a guard, whose work is what the test says. */
async function startGuarded(work: (request: IncomingMessage, response: ServerResponse) => void) {
  const clock = createManualClock(start);
  const guard = createReplayGuard(clock);
  let worked = 0;
  const server = createServer((request, response) => {
    void guard.screen(request).then((screening) => {
      if (screening !== 'pass') return response.writeHead(screening === 'answered_before' ? 200 : 401).end(screening);
      guard.watch(request, response);
      worked += 1;
      return work(request, response);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const send = async (signature: string, aheadMs = 0) => {
    const headers = { 'x-slack-signature': signature, 'x-slack-request-timestamp': String((clock.now().getTime() + aheadMs) / 1000) };
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers });
    return `${response.status} ${await response.text()}`.trim();
  };
  return { clock, send, worked: () => worked };
}

describe('the replay guard', () => {
  it('lets a request work once, and again when its memory of ten minutes is over', async () => {
    const { clock, send, worked } = await startGuarded((_, response) => response.writeHead(200).end('done'));
    expect(await send('v0=a')).toBe('200 done');
    expect(await send('v0=a')).toBe('200 answered_before');
    expect(await send('v0=b')).toBe('200 done');
    clock.advance(600_001);
    expect(await send('v0=a')).toBe('200 done');
    expect(worked()).toBe(3);
  });

  it('lets a repeat of one that failed work again', async () => {
    let fails = true;
    const { send } = await startGuarded((_, response) => {
      response.writeHead(fails ? 500 : 200).end();
      fails = false;
    });
    expect([await send('v0=a'), await send('v0=a'), await send('v0=a')]).toEqual(['500', '200', '200 answered_before']);
  });

  it('makes a repeat wait for the first one', async () => {
    const held: ServerResponse[] = [];
    const { send, worked } = await startGuarded((_, response) => {
      if (held.push(response) === 1) void send('v0=a').then((answer) => answers.push(answer));
    });
    const answers: string[] = [];
    const first = send('v0=a');
    while (held.length === 0) await new Promise((resolve) => setImmediate(resolve));
    held[0]?.writeHead(200).end('done');
    expect(await first).toBe('200 done');
    while (answers.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(answers).toEqual(['200 answered_before']);
    expect(worked()).toBe(1);
  });

  it('refuses what is more than five minutes ahead', async () => {
    const { send } = await startGuarded((_, response) => response.writeHead(200).end());
    expect(await send('v0=a', 299_000)).toBe('200');
    expect(await send('v0=b', 301_000)).toBe('401 from_the_future');
  });
});
