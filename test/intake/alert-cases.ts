import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { firingAlerts } from '../../src/incidents/incident.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import type { SentAlert } from '../alerts/support/payload.ts';
import { resolved } from '../alerts/support/payload.ts';
import { body, expectWhole, plain } from './alerts.ts';
import type { Ground } from './ground.ts';
import { begin } from './sender.ts';
import { startIntake } from './world.ts';
import type { Intake } from './world.ts';

/** What becomes of alerts between a request and an incident. */
export function describeAlerts(name: string, makeGround: () => Promise<Ground>): void {
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
}
