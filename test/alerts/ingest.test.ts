import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/alerts/alert.ts';
import { firingAlerts, isOpen } from '../../src/incidents/incident.ts';
import { resolveIncident } from '../../src/incidents/resolve.ts';
import { toInstant } from '../../src/kernel/instant.ts';
import { firing, minute, resolved } from './support/payload.ts';
import { createWorld, deliveryStates } from './support/world.ts';
import type { World } from './support/world.ts';

async function closeByHand(world: World): Promise<void> {
  const changeDeps = { incidents: world.store.incidents, clock: world.clock, salt: () => 'salt', changed: () => {} };
  const open = (await world.incidents()).findLast(isOpen);
  if (open === undefined) throw new Error('nothing is open');
  await resolveIncident(changeDeps, { id: open.id, cause: `resolve ${open.version}`, by: { type: 'user', id: 'U1', name: 'Ada' } });
}

describe('an alert with a runbook', () => {
  it('opens an incident that says what the runbook says', async () => {
    const world = createWorld();
    await world.send(firing({ pod: 'gpu-worker-0', annotations: { runbook_url: 'https://example.com/runbooks/video-errors' } }));
    expect(await world.incident()).toMatchObject({
      number: 1,
      state: 'triggered',
      severity: 'critical',
      title: 'Video Errors',
      impact: 'Users cannot process videos',
      service: 'video-processing',
      runbook: { path: 'video-errors.md', title: 'Video Errors', matchedBy: 'runbook_url' },
      origin: { type: 'alert', name: 'VideoErrors' },
      correlationKey: '["runbook","video-errors.md","video-processing"]',
      alerts: [{ name: 'VideoErrors', target: 'gpu-worker-0', status: 'firing', startsAt: minute(0) }],
    });
    expect(await world.alerts()).toMatchObject([{ status: 'firing', incidentId: (await world.incident()).id }]);
    expect(await deliveryStates(world)).toEqual(['1 done']);
  });

  it('without a runbook is called by its summary', async () => {
    const world = createWorld();
    await world.send(firing({ name: 'DiskFull', annotations: { summary: 'Disk is full', description: 'Writes fail' } }));
    const incident = await world.incident();
    expect(incident).toMatchObject({
      title: 'Disk is full',
      impact: 'Writes fail',
      correlationKey: '["alert","DiskFull","video-processing"]',
    });
    expect(incident.runbook).toBeUndefined();
  });

  it('of severity info is recorded and listed, without anything for chat', async () => {
    const world = createWorld();
    await world.send(firing({ severity: 'info' }));
    const incident = await world.incident();
    expect(incident.severity).toBe('info');
    expect(incident.pending.effects).toEqual([]);
    expect(incident.pending.entries.map(({ kind }) => kind)).toEqual(['declared', 'alert_firing']);
  });
});

describe('alerts that belong together', () => {
  it('a group that grows is one incident, and both must clear', async () => {
    const world = createWorld();
    const [one, two] = [firing({ pod: 'a' }), firing({ pod: 'b', at: 2 })];
    await world.send(one);
    world.advanceMinutes(5);
    await world.send(one, two);
    expect((await world.incident()).alerts).toHaveLength(2);

    world.advanceMinutes(5);
    await world.send(resolved(one, 9), two);
    expect(firingAlerts(await world.incident()).map(({ target }) => target)).toEqual(['b']);
    await world.send(resolved(two, 10));
    expect(firingAlerts(await world.incident())).toEqual([]);
    expect((await world.incident()).pending.entries.map(({ kind }) => kind).slice(1)).toEqual([
      'alert_firing',
      'alert_firing',
      'alert_resolved',
      'alert_resolved',
      'alerts_cleared',
    ]);
    expect((await world.incident()).state).toBe('triggered');
  });

  it('a hundred alerts in one request are one incident', async () => {
    const world = createWorld();
    await world.send(...Array.from({ length: 100 }, (_, index) => firing({ pod: `worker-${index}` })));
    const { alerts } = await world.incident();
    expect(new Set(alerts.map(({ key }) => key)).size).toBe(100);
    expect(await world.alerts()).toHaveLength(100);
  });

  it('a hundred pods behind one instance label are a hundred alerts, each called by its pod', async () => {
    const world = createWorld();
    const alerts = Array.from({ length: 100 }, (_, index) => firing({ pod: `worker-${index}`, labels: { instance: '10.0.0.1:8080' } }));
    await world.send(...alerts.slice(0, 60));
    await world.send(...alerts.slice(40));
    expect(new Set((await world.incident()).alerts.map(({ target }) => target)).size).toBe(100);
  });

  it('a graver alert that joins raises the severity', async () => {
    const world = createWorld();
    await world.send(firing({ severity: 'info', pod: 'a' }));
    await world.send(firing({ severity: 'page', pod: 'b' }));
    const incident = await world.incident();
    expect(incident.severity).toBe('critical');
    expect(incident.pending.effects.map(({ view }) => view.type)).toContain('card');
  });

  it('a request with alerts of two kinds opens two incidents', async () => {
    const world = createWorld();
    const [video, queue] = [firing(), firing({ name: 'QueueOverflow', severity: 'warning' })];
    await world.send(video, queue);
    await world.send(resolved(video, 3), queue);
    const incidents = await world.incidents();
    expect(incidents.map((incident) => [incident.title, firingAlerts(incident).length])).toEqual([
      ['Video Errors', 0],
      ['QueueOverflow on video-processing', 1],
    ]);
  });

  it('the same alert of another service is another incident', async () => {
    const world = createWorld();
    await world.send(firing({ service: 'a' }), firing({ service: 'b' }));
    expect(await world.incidents()).toHaveLength(2);
  });

  it('an alert long after the others cleared opens the next incident, while one in time joins', async () => {
    const world = createWorld();
    const one = firing({ pod: 'a' });
    await world.send(one);
    await world.send(resolved(one, 0));
    world.advanceMinutes(59);
    await world.send(firing({ pod: 'b', at: 59 }));
    expect(await world.incidents()).toHaveLength(1);
    await world.send(resolved(firing({ pod: 'b', at: 59 }), 59));
    world.advanceMinutes(61);
    await world.send(firing({ pod: 'c', at: 120 }));
    expect((await world.incidents()).map(({ previousNumber }) => previousNumber)).toEqual([undefined, 1]);
  });

  it('an alert that was part of an open incident comes back to it, however late', async () => {
    const world = createWorld();
    const one = firing({ pod: 'a' });
    await world.send(one);
    await world.send(resolved(one, 0));
    world.advanceMinutes(600);
    await world.send(firing({ pod: 'a', at: 600 }));
    expect((await world.incident()).alerts).toHaveLength(2);
  });
});

describe('an alert over time', () => {
  it('that is delivered again changes nothing but when it was last seen', async () => {
    const world = createWorld();
    await world.send(firing());
    const before = await world.incident();
    world.advanceMinutes(240);
    await world.send(firing());
    expect(await world.incident()).toEqual(before);
    expect((await world.alerts()).map(({ lastSeenAt }) => lastSeenAt)).toEqual([minute(240)]);
  });

  it('that fires anew soon after the resolution reopens the incident', async () => {
    const world = createWorld();
    await world.send(firing());
    await world.send(resolved(firing(), 0));
    await closeByHand(world);
    world.advanceMinutes(29);
    await world.send(firing({ at: 29 }));
    const incident = await world.incident();
    expect(incident.state).toBe('triggered');
    expect(incident.alerts.map(({ status }) => status)).toEqual(['resolved', 'firing']);
    expect((await world.alerts()).map(({ key }) => key)).toHaveLength(2);
  });

  it('that fires anew later opens a new incident, linked to the one before', async () => {
    const world = createWorld();
    await world.send(firing());
    await world.send(resolved(firing(), 0));
    await closeByHand(world);
    world.advanceMinutes(31);
    await world.send(firing({ at: 31 }));
    const [, second] = await world.incidents();
    expect(second).toMatchObject({ number: 2, previousNumber: 1, state: 'triggered' });
    await world.send(resolved(firing({ at: 31 }), 31));
    expect((await world.incidents()).map((incident) => firingAlerts(incident).length)).toEqual([0, 0]);
  });

  it('whose late firing arrives after its end stays resolved', async () => {
    const world = createWorld();
    await world.send(firing());
    await world.send(resolved(firing(), 0));
    const before = await world.incident();
    await world.send(firing());
    expect(await world.incident()).toEqual(before);
  });

  it('whose end arrives before its beginning opens nothing', async () => {
    const world = createWorld();
    await world.send(resolved(firing(), 0));
    await world.send(firing());
    expect(await world.incidents()).toEqual([]);
    expect(await world.alerts()).toMatchObject([{ status: 'resolved' }]);
  });

  it('that two replicas report with different starts is one alert', async () => {
    const world = createWorld();
    const [late, early] = [firing({ at: 2 }), firing({ at: 1 })];
    world.advanceMinutes(3);
    await world.send(late);
    await world.send(early);
    expect((await world.incident()).alerts).toHaveLength(1);
    expect(await world.alerts()).toMatchObject([{ startsAt: minute(1) }]);
    await world.send(resolved(early, 3));
    await world.send(late);
    expect(firingAlerts(await world.incident())).toEqual([]);
    expect(await world.incidents()).toHaveLength(1);
  });

  it.each([
    ['fires again', firing({ at: 4 })],
    ['ends', resolved(firing({ at: 4 }), 5)],
  ])('whose latest instance ended while its incident has an earlier one open %s as that one', async (_, next) => {
    const world = createWorld();
    await world.send(firing());
    const [first] = await world.alerts();
    if (first === undefined) throw new Error('the first instance is there');
    // As two processes leave it that both saw the fingerprint for the first time.
    const [startsAt, endsAt] = [toInstant(new Date(minute(2))), toInstant(new Date(minute(3)))];
    const { incidentId: _incident, ...unplaced } = first;
    const ended: Alert = { ...unplaced, key: `${first.fingerprint}@${startsAt}`, version: 1, startsAt, endsAt, status: 'resolved' };
    await world.store.alerts.put({ ...ended, latestStartsAt: startsAt }, 0);
    world.advanceMinutes(6);

    await world.send(next);
    expect(await deliveryStates(world)).toEqual(['2 done']);
    expect((await world.incident()).alerts).toMatchObject([{ key: first.key, status: next.status }]);
    await world.send(resolved(firing({ at: 4 }), 6));
    expect(firingAlerts(await world.incident())).toEqual([]);
  });

  it('that is silenced never ends here: no "resolved" comes, and the incident stays open', async () => {
    const world = createWorld();
    await world.send(firing());
    world.advanceMinutes(600);
    await world.work();
    expect(firingAlerts(await world.incident())).toHaveLength(1);
    expect((await world.incident()).state).toBe('triggered');
  });

  it('that still fires when a person resolves the incident does not reopen it by being repeated', async () => {
    const world = createWorld();
    await world.send(firing());
    await closeByHand(world);
    world.advanceMinutes(5);
    await world.send(firing());
    expect((await world.incident()).state).toBe('resolved');
  });

  it('whose last one clears sets the time of the resolution, when that is wanted', async () => {
    const world = createWorld({ settings: { resolveAfterMinutes: 10 } });
    await world.send(firing());
    await world.send(resolved(firing(), 0));
    expect((await world.incident()).due.resolve).toBe(minute(10));
  });
});
