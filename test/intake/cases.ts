import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { firingAlerts } from '../../src/incidents/incident.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { TocsinError } from '../../src/kernel/errors.ts';
import type { Store } from '../../src/store/store.ts';
import type { SentAlert, Wish } from '../alerts/support/payload.ts';
import { firing, resolved, webhookBody } from '../alerts/support/payload.ts';
import type { Ground } from './ground.ts';
import { mortal } from './mortal.ts';
import type { Mortal } from './mortal.ts';
import { begin, post } from './sender.ts';
import type { Answered } from './sender.ts';
import { startIntake } from './world.ts';
import type { Intake } from './world.ts';

/** An alert without a runbook, and of no severity that anybody would be called for. */
const plain = (wish: Wish = {}) => firing({ name: 'QueueOverflow', severity: 'warning', ...wish });
const body = (alerts: readonly SentAlert[], group = 'one') => webhookBody(alerts, { groupKey: `{}:{group="${group}"}` });

/** No instance twice, each record tells its incident, and each incident its records. */
async function expectWhole(intake: Intake, incidents: readonly Incident[]): Promise<void> {
  const links = incidents.flatMap((incident) =>
    incident.alerts.map((link) => ({ key: link.key, status: link.status, incidentId: incident.id })),
  );
  const records = (await intake.alerts()).map(({ key, status, incidentId }) => ({ key, status, incidentId }));
  const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1);
  expect(links.toSorted(byKey)).toEqual(records.toSorted(byKey));
  expect(new Set(links.map(({ key }) => key)).size).toBe(links.length);
}

/** What systems of this kind get wrong between a request and an incident, over whichever store. */
export function describeIntake(name: string, makeGround: () => Promise<Ground>): void {
  describe(`alerts over ${name}`, () => {
    let ground: Ground;
    let intake: Intake;
    beforeEach(async () => {
      ground = await makeGround();
      intake = await startIntake(ground);
    });
    afterEach(() => intake.end());

    const sent = async (...alerts: SentAlert[]) => {
      expect(await intake.post(body(alerts))).toMatchObject({ status: 200 });
      await intake.finishes();
    };
    const only = async (): Promise<Incident> => {
      const [incident, ...others] = await intake.incidents();
      if (incident === undefined || others.length > 0)
        throw new Error(`there are ${others.length + (incident === undefined ? 0 : 1)} incidents`);
      return incident;
    };

    it('200 pairs of the same delivery, 400 requests at once: all are taken, each is one record, and none opens an incident twice', async () => {
      const { mostIncidents } = ground;
      const pairs = Array.from({ length: 200 }, (_, pair) => plain({ name: `Pair${pair % mostIncidents}`, pod: `pod-${pair}` }));
      const bodies = pairs.map((alert, pair) => body([alert], `pair ${pair}`));
      const requests = bodies
        .flatMap((each) => [each, each])
        .map((each) => ({ each, request: begin(intake.url(), Buffer.byteLength(each)) }));
      // All of them are under way before any is complete.
      for (const { each, request } of requests) request.write(each.slice(0, 10));
      await Promise.all(requests.map(({ request }) => request.sent));
      const answers = await Promise.all(requests.map(({ each, request }) => request.finish(each.slice(10))));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      await intake.finishes();
      expect(await intake.store.deliveries.counts()).toEqual({ waiting: 0, done: 400, parked: 0, rejected: 0 });
      const incidents = await intake.incidents();
      expect(incidents).toHaveLength(mostIncidents);
      const each = 200 / mostIncidents;
      expect(incidents.map(({ alerts }) => alerts.length)).toEqual(incidents.map(() => each));
      await expectWhole(intake, incidents);
      for (const incident of incidents)
        expect(await intake.kinds(incident)).toEqual(['declared', ...Array.from({ length: each }, () => 'alert_firing')]);
    });

    it('a group that grows from one to two is one incident, and both must clear', async () => {
      const [one, two] = [plain({ pod: 'a' }), plain({ pod: 'b', at: 2 })];
      await sent(one);
      intake.clock.advance(180_000);
      await sent(one, two);
      expect((await only()).alerts.map(({ target }) => target)).toEqual(['a', 'b']);
      intake.clock.advance(60_000);
      await sent(resolved(one, 3), two);
      expect(firingAlerts(await only()).map(({ target }) => target)).toEqual(['b']);
      await sent(resolved(one, 3), resolved(two, 4));
      expect(firingAlerts(await only())).toEqual([]);
      const kinds = ['declared', 'alert_firing', 'alert_firing', 'alert_resolved', 'alert_resolved', 'alerts_cleared'];
      expect(await intake.kinds(await only())).toEqual(kinds);
    });

    it('a hundred alerts in one request are a hundred instances, sent once or again', async () => {
      const alerts = Array.from({ length: 100 }, (_, index) => plain({ pod: `worker-${index}` }));
      await sent(...alerts);
      await sent(...alerts);
      await sent(...alerts.toReversed());
      const incident = await only();
      expect(incident.alerts).toHaveLength(100);
      await expectWhole(intake, [incident]);
      expect((await intake.kinds(incident)).filter((kind) => kind === 'alert_firing')).toHaveLength(100);
      await sent(...alerts.map((alert) => resolved(alert, 0)));
      expect((await intake.kinds(await only())).slice(-1)).toEqual(['alerts_cleared']);
      expect((await intake.kinds(await only())).filter((kind) => kind === 'alert_resolved')).toHaveLength(100);
    });

    it('a hundred pods that share an instance label stay a hundred', async () => {
      const alerts = Array.from({ length: 100 }, (_, index) => plain({ pod: `worker-${index}`, labels: { instance: '10.0.0.1:8080' } }));
      await sent(...alerts.slice(0, 60));
      await sent(...alerts.slice(40));
      const incident = await only();
      expect(new Set(incident.alerts.map(({ target }) => target)).size).toBe(100);
      await sent(...alerts.slice(0, 99).map((alert) => resolved(alert, 0)));
      expect(firingAlerts(await only()).map(({ target }) => target)).toEqual(['worker-99']);
    });

    it('a recovery closes what it is about and nothing else', async () => {
      const [video, queue] = [plain({ name: 'VideoSlow' }), plain({ name: 'QueueSlow' })];
      await sent(video, queue);
      await sent(resolved(video, 0));
      const alertsOf = (await intake.incidents()).map(({ alerts }) => alerts.map(({ name: alert, status }) => `${alert} ${status}`));
      // They are opened side by side, so which of the two gets the lower number is open.
      expect(alertsOf.toSorted((one, other) => (String(one) < String(other) ? -1 : 1))).toEqual([
        ['QueueSlow firing'],
        ['VideoSlow resolved'],
      ]);
      await expectWhole(intake, await intake.incidents());
    });

    it.each([
      ['first its end, then its beginning', [resolved(plain(), 0), plain()], []],
      ['its beginning once more after its end', [plain(), resolved(plain(), 0), plain()], ['resolved']],
      ['its end twice', [plain(), resolved(plain(), 0), resolved(plain(), 0)], ['resolved']],
      ['old notifications of all kinds', [plain(), plain(), resolved(plain(), 0), plain(), resolved(plain(), 0), plain()], ['resolved']],
      ['the end of an earlier instance', [plain(), resolved(plain(), 1), plain({ at: 2 }), resolved(plain(), 1)], ['resolved', 'firing']],
      ['the beginning of an earlier instance', [plain(), resolved(plain(), 1), plain({ at: 2 }), plain()], ['resolved', 'firing']],
      [
        'two instances whose ends come together',
        [plain(), plain({ at: 2 }), resolved(plain(), 1), resolved(plain({ at: 2 }), 3)],
        ['resolved'],
      ],
    ] as const)('comes late or twice: %s', async (_, history, statuses) => {
      for (const alert of history) {
        intake.clock.advance(60_000);
        await sent(alert);
      }
      const incidents = await intake.incidents();
      expect(incidents.flatMap(({ alerts }) => alerts.map(({ status }) => status))).toEqual(statuses);
      const all = (await Promise.all(incidents.map((incident) => intake.kinds(incident)))).flat();
      expect(all.filter((kind) => kind === 'alert_firing')).toHaveLength(statuses.length);
      expect(await intake.store.deliveries.counts()).toEqual({ waiting: 0, done: history.length, parked: 0, rejected: 0 });
    });

    it('what fires anew soon after the resolution opens the incident again; later it is a new one, linked to the old', async () => {
      await sent(plain());
      await sent(resolved(plain(), 0));
      expect(await intake.ask('resolve INC-1 Rolled back')).toContain('INC-1');
      await intake.works();
      expect(await only()).toMatchObject({ state: 'resolved' });
      intake.clock.advance(29 * 60_000);
      await sent(plain({ at: 29 }));
      expect(await only()).toMatchObject({ state: 'triggered', number: 1 });
      expect((await only()).alerts.map(({ status }) => status)).toEqual(['resolved', 'firing']);
      await sent(resolved(plain({ at: 29 }), 29));
      expect(await intake.ask('resolve INC-1 Rolled back again')).toContain('INC-1');
      await intake.works();
      intake.clock.advance(31 * 60_000);
      await sent(plain({ at: 60 }));
      const [first, second, ...others] = await intake.incidents();
      expect(others).toEqual([]);
      expect([first?.state, second?.state, second?.previousNumber]).toEqual(['resolved', 'triggered', first?.number]);
      expect(await intake.kinds(first ?? (await only()))).toEqual([
        'declared',
        'alert_firing',
        'alert_resolved',
        'alerts_cleared',
        'resolved',
        'alert_firing',
        'reopened',
        'alert_resolved',
        'alerts_cleared',
        'resolved',
      ]);
      await expectWhole(
        intake,
        [first, second].filter((each) => each !== undefined),
      );
    });
  });

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
