import { afterEach, describe, expect, it } from 'vitest';
import { TocsinError } from '../../src/kernel/errors.ts';
import type { Store } from '../../src/store/store.ts';
import { resolved, webhookBody } from '../alerts/support/payload.ts';
import { body, expectWhole, plain } from './alerts.ts';
import type { Ground } from './ground.ts';
import { mortal } from './mortal.ts';
import type { Mortal } from './mortal.ts';
import { begin } from './sender.ts';
import type { Answered } from './sender.ts';
import { startIntake } from './world.ts';
import type { Intake } from './world.ts';

/** What becomes of alerts when something is too much, fails or dies. */
export function describeTrouble(name: string, makeGround: () => Promise<Ground>): void {
  describe(`trouble over ${name}`, () => {
    let intake: Intake;
    afterEach(() => intake.end());

    it('an overload is answered 503 with Retry-After, counted, and told by the doctor; what had room is taken', async () => {
      const gate = Promise.withResolvers<void>();
      let taken = 0;
      const slow = (store: Store): Store => ({
        ...store,
        deliveries: {
          ...store.deliveries,
          async append(delivery) {
            await gate.promise;
            taken += 1;
            // The first few are stored; that the others are not is the store's own trouble, which has another name.
            if (taken > 3) throw new TocsinError('unavailable', 'The disk is full.');
            await store.deliveries.append(delivery);
          },
        },
      });
      intake = await startIntake(await makeGround(), { seen: slow });
      // Seven megabytes each: whichever bound there is, it is reached soon.
      const large = webhookBody([plain()], { padding: 'x'.repeat(7_000_000) });
      const answers: Promise<Answered>[] = [];
      const refused: Answered[] = [];
      while (refused.length < 5 && answers.length < 2000) {
        const request = begin(intake.url(), Buffer.byteLength(large));
        const answer = request.finish(large);
        answers.push(answer);
        void answer.then((answered) => refused.push(answered));
        await request.flushed;
        // What was sent is read when a small request behind it is answered.
        await intake.metric('tocsin_store_up');
      }
      const count = refused.length;
      expect(refused).toEqual(refused.map(() => ({ status: 503, retryAfter: '5', body: 'Too many requests at once.\n' })));
      expect(await intake.metric('tocsin_webhook_requests_total{outcome="overloaded"}')).toBe(String(count));
      expect(await intake.ask('doctor')).toContain(`${count} webhook requests were sent away`);
      gate.resolve();
      const all = await Promise.all(answers);
      expect(all.filter(({ status }) => status === 200)).toHaveLength(3);
      expect(all.filter(({ status }) => status !== 200 && status !== 503)).toEqual([]);
      await intake.finishes();
      expect(await intake.store.deliveries.counts()).toEqual({ waiting: 0, done: 3, parked: 0, rejected: 0 });
      expect(await intake.incidents()).toHaveLength(1);
    });

    it('a delivery that fails holds back its group and no other, is parked after five tries, told by the doctor, and tried again', async () => {
      const poisoned = 'b'.repeat(16);
      let isBroken = true;
      const breaking = (store: Store): Store => ({
        ...store,
        alerts: {
          ...store.alerts,
          async latest(fingerprint) {
            if (isBroken && fingerprint === poisoned) throw new Error('a defect');
            return store.alerts.latest(fingerprint);
          },
        },
      });
      intake = await startIntake(await makeGround(), { seen: breaking });
      const bad = plain({ name: 'Bad', pod: 'first', fingerprint: poisoned });
      await intake.post(body([bad], 'a'));
      await intake.works();
      await intake.post(body([plain({ name: 'Bad', pod: 'behind' })], 'a'));
      await intake.post(body([plain({ name: 'Beside' })], 'b'));
      await intake.works();
      const names = async () =>
        (await intake.incidents()).map(({ alerts }) => alerts.map(({ target, name: alert }) => `${alert} ${target}`));
      expect(await names()).toEqual([['Beside ']]);
      expect(await intake.store.deliveries.counts()).toMatchObject({ waiting: 2, done: 1 });
      for (let round = 0; round < 20 && (await intake.store.deliveries.counts()).parked === 0; round += 1) {
        intake.clock.advance(20_000);
        await intake.works();
      }
      await intake.works();
      expect(await names()).toEqual([['Beside '], ['Bad behind']]);
      const [parked] = await intake.store.deliveries.listParked({ order: 'oldest', limit: 2 });
      expect(parked).toMatchObject({ attempts: 5, outcome: 'failed 5 times: a defect' });
      const told = await intake.ask('doctor');
      for (const words of ['1 delivery is', 'parked', parked?.id ?? '?', 'Bad', 'a defect', 'retry.deliveries'])
        expect(told).toContain(words);

      isBroken = false;
      expect(await intake.ask('doctor retry deliveries')).toContain('1 delivery is');
      await intake.works();
      expect(await names()).toEqual([['Beside '], ['Bad behind', 'Bad first']]);
      expect(await intake.store.deliveries.counts()).toEqual({ waiting: 0, done: 3, parked: 0, rejected: 0 });
      await expectWhole(intake, await intake.incidents());
    });

    it(
      'killed behind any write between a request and its incident: what comes next repairs it, nothing is orphaned or doubled',
      { timeout: 240_000 },
      async () => {
        const [a, b] = [plain({ pod: 'a' }), plain({ pod: 'b' })];
        const fates: string[] = [];
        for (let writes = 0; ; writes += 1) {
          const processes: Mortal[] = [];
          const watched = (store: Store): Store => {
            processes.push(mortal(store));
            return processes[0]?.store ?? store;
          };
          intake = await startIntake(await makeGround(), { seen: watched });
          const [first] = processes;
          if (first === undefined) throw new Error('no store was opened');
          first.dieAfter(writes);
          const { status } = await intake.post(body([a, b]));
          // It works until it dies, or until it has nothing to do.
          await intake.works();
          const died = first.isDead();
          fates.push(`${status} ${died ? 'dead' : 'alive'}`);
          await intake.bury();
          await intake.start();
          intake.clock.advance(60_000);
          // What was not answered well comes again; of what was, every second does too.
          if (status !== 200 || writes % 2 === 0) expect((await intake.post(body([a, b]))).status).toBe(200);
          await intake.passes(3);
          await intake.finishes();
          await intake.post(body([resolved(a, 1), resolved(b, 1)]));
          await intake.passes(2);
          await intake.finishes();

          const incidents = await intake.incidents();
          expect(incidents.map(({ alerts }) => alerts.map(({ target, status: is }) => `${target} ${is}`))).toEqual([
            ['a resolved', 'b resolved'],
          ]);
          await expectWhole(intake, incidents);
          const [incident] = incidents;
          if (incident === undefined) throw new Error('there is no incident');
          expect(await intake.kinds(incident)).toEqual([
            'declared',
            'alert_firing',
            'alert_firing',
            'alert_resolved',
            'alert_resolved',
            'alerts_cleared',
          ]);
          expect(await intake.store.deliveries.counts()).toMatchObject({ waiting: 0, parked: 0 });
          expect(await intake.store.incidents.listPending(10)).toEqual([]);
          if (!died) break;
          await intake.end();
        }
        // A search that never saw an accepted request die would show nothing.
        expect(fates.filter((fate) => fate === '200 dead').length).toBeGreaterThan(5);
        expect(fates.filter((fate) => fate === '503 dead').length).toBeGreaterThan(0);
      },
    );
  });
}
