import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { webhookBody, firing } from '../alerts/support/payload.ts';
import { embeddedGround } from '../intake/ground.ts';
import { startIntake } from '../intake/world.ts';
import type { Intake } from '../intake/world.ts';
import { webhookToken } from '../support/world.ts';

const head = `POST /webhooks/alertmanager HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${webhookToken}\r\n`;

/** Sends the beginning, then a byte now and then for as long as somebody listens. Resolves with what was answered when the connection is closed. */
function trickle(port: number, beginning: string, drop: string): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(beginning));
    const dripping = setInterval(() => socket.write(drop), 500);
    socket.on('data', (chunk) => void chunks.push(chunk));
    socket.on('error', () => {});
    socket.once('close', () => {
      clearInterval(dripping);
      resolve(Buffer.concat(chunks).toString('utf8'));
    });
  });
}

// In real time, because it is Node's own clock that cuts them off.
describe('senders that never end', () => {
  let intake: Intake;
  beforeAll(async () => {
    intake = await startIntake(await embeddedGround());
  });
  afterAll(() => intake.end());

  it('are cut off, and others are served all the while', async () => {
    const port = Number(new URL(intake.url()).port);
    const slow = [
      trickle(port, head, 'X-More: x\r\n'),
      trickle(port, `${head}Content-Length: 1000000\r\n\r\n{"alerts":`, ' '),
      trickle(port, `${head}Transfer-Encoding: chunked\r\n\r\n`, '1\r\n \r\n'),
    ];
    const ended = Promise.all(slow);
    for (let isOver = false; !isOver;) {
      expect((await intake.post(webhookBody([firing()]))).status).toBe(200);
      isOver = await Promise.race([ended.then(() => true), new Promise<false>((resolve) => setTimeout(() => resolve(false), 1000))]);
    }
    for (const answer of await ended) expect(answer).toMatch(/^HTTP\/1\.1 408 |^$/);
    expect(await intake.store.deliveries.counts()).toMatchObject({ rejected: 0 });
  });
});
