import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { body, plain } from './alerts.ts';
import type { Ground } from './ground.ts';
import { begin, post } from './sender.ts';
import { startIntake } from './world.ts';
import type { Intake } from './world.ts';

/** What becomes of requests that are wrong, slow, or come at the wrong time. */
export function describeRequests(name: string, makeGround: () => Promise<Ground>): void {
  describe(`requests over ${name}`, () => {
    let intake: Intake;
    beforeEach(async () => {
      intake = await startIntake(await makeGround());
    });
    afterEach(() => intake.end());
    const counts = () => intake.store.deliveries.counts();
    const nothing = { waiting: 0, done: 0, parked: 0, rejected: 0 };

    it('that are no business of ours are refused with a code that says so, and only what is malformed is kept', async () => {
      expect((await post(intake.url(), body([plain()]), { token: undefined })).status).toBe(401);
      expect((await post(intake.url(), body([plain()]), { token: 'another-token' })).status).toBe(401);
      expect((await post(intake.url(), body([plain()]), { headers: { 'content-encoding': 'gzip' } })).status).toBe(415);
      const tooLarge = begin(intake.url(), 9 * 1024 * 1024);
      expect((await tooLarge.answered).status).toBe(413);
      const endless = begin(intake.url(), undefined);
      for (let piece = 0; piece < 9; piece += 1) endless.write('x'.repeat(1024 * 1024));
      expect((await endless.answered).status).toBe(413);
      expect(await counts()).toEqual(nothing);
      expect(await intake.post('{"text":"hello"}')).toMatchObject({ status: 400, body: expect.stringContaining('no list "alerts"') });
      expect(await counts()).toEqual({ ...nothing, rejected: 1 });
      expect(await intake.ask('doctor')).toContain('got a 400');
      for (const [outcome, times] of [
        ['unauthorized', '2'],
        ['unsupported', '1'],
        ['too_large', '2'],
        ['malformed', '1'],
      ])
        expect(await intake.metric(`tocsin_webhook_requests_total{outcome="${outcome}"}`)).toBe(times);
    });

    it('that come slowly hold nobody else up', async () => {
      const whole = body([plain({ name: 'Slow' })], 'slow');
      const slow = Array.from({ length: 100 }, () => begin(intake.url(), Buffer.byteLength(whole)));
      for (const request of slow) request.write(whole.slice(0, 20));
      await Promise.all(slow.map((request) => request.sent));
      expect((await intake.post(body([plain({ name: 'Quick' })], 'quick'))).status).toBe(200);
      await intake.finishes();
      expect((await intake.incidents()).map(({ alerts }) => alerts[0]?.name)).toEqual(['Quick']);
      expect(await Promise.all(slow.map((request) => request.finish(whole.slice(20))))).toEqual(
        slow.map(() => expect.objectContaining({ status: 200 })),
      );
      await intake.finishes();
      expect(await intake.incidents()).toHaveLength(2);
    });

    it('that are under way at the shutdown are finished, and are there after it', async () => {
      const whole = body([plain()]);
      const request = begin(intake.url(), Buffer.byteLength(whole));
      request.write(whole.slice(0, 20));
      await request.sent;
      const url = intake.url();
      // The head has been read when the next request is answered.
      await intake.metric('tocsin_store_up');
      const stopped = intake.stop();
      expect(await request.finish(whole.slice(20))).toMatchObject({ status: 200 });
      await stopped;
      expect((await post(url, whole)).status).toBe(0);
      await intake.start();
      await intake.works();
      expect(await intake.incidents()).toHaveLength(1);
      expect(await counts()).toEqual({ ...nothing, done: 1 });
    });

    it('that never end are cut off at the shutdown', async () => {
      const request = begin(intake.url(), 100);
      request.write('{');
      await request.sent;
      await intake.metric('tocsin_store_up');
      const stopped = intake.stop().then(() => true);
      for (let isStopped = false; !isStopped;) {
        intake.clock.advance(1000);
        isStopped = await Promise.race([stopped, new Promise<false>((resolve) => setImmediate(() => resolve(false)))]);
      }
      expect((await request.answered).status).toBe(0);
      expect(await counts()).toEqual(nothing);
    });
  });
}
