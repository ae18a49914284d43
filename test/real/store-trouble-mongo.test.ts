import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { verifyExport } from '../../src/export/verify.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import type { MessageStory } from '../language/slack.ts';
import { createTcpProxy } from '../support/tcp-proxy.ts';
import type { Fault, TcpProxy } from '../support/tcp-proxy.ts';
import { mongoServer, startMongoServer } from './servers/ferretdb.ts';
import { eventually, prepareBotProcess } from './support/bot-process.ts';
import type { BotProcess } from './support/bot-process.ts';
import { quietAlert, threadAlert } from './support/example-alerts.ts';
import { refusals, startMongoFront } from './support/mongo-front.ts';
import type { MongoFront, Refusal } from './support/mongo-front.ts';
import { requireOrSkip } from './support/require.ts';

const suite = requireOrSkip(mongoServer.name, mongoServer.present, mongoServer.how);

suite('a bot whose MongoDB is in trouble', () => {
  const running: { stop(): Promise<void> }[] = [];
  let proxy: TcpProxy;
  let front: MongoFront;
  let world: BotProcess;
  /** A look past the trouble. */
  let store: Store;
  let card: MessageStory;
  let pid: number;

  beforeAll(async () => {
    const mongo = await startMongoServer();
    running.push(mongo);
    const database = `trouble_${process.pid}`;
    const direct = mongo.urlFor(database);
    const target = new URL(direct.replace(/^mongodb/, 'http'));
    front = await startMongoFront({ host: target.hostname, port: Number(target.port) });
    proxy = await createTcpProxy({ target: { host: '127.0.0.1', port: front.port } });
    running.push({ stop: () => front.close() }, { stop: () => proxy.close() });
    store = await openStore(direct, { log: silentLog });
    running.push({ stop: () => store.close() });
    world = await prepareBotProcess({ storeUrl: `mongodb://127.0.0.1:${proxy.port}/${database}?directConnection=true` });
    running.push({ stop: () => world.end() });
    await world.start();
    pid = world.bot().pid;
    expect(await world.notify(threadAlert('first'))).toMatchObject({ status: 200 });
    card = await world.slack.channel('#incidents').expectMessage(/INC-1\b/);
  });
  afterEach(({ task }) => {
    if (task.result?.state === 'fail') process.stderr.write(world.bot().printed().slice(-6000));
  });
  afterAll(async () => {
    for (const part of running.toReversed()) await part.stop();
  });

  /** Notes of which their author was told that nothing was recorded. */
  const denied: string[] = [];

  /** What people, Alertmanager and Kubernetes meet while nothing can be written. */
  async function expectNothingIsTaken(about: string): Promise<void> {
    const ana = world.slack.person('ana');
    const incidents = world.slack.channel('#incidents');
    const answersToAna = answersTo('ana');
    const note = `written while it was ${about}`;
    const sorry = /(Nothing was recorded, and nothing was done|It is not known whether this was recorded)\. The (store|disk)/;
    const [answer, ready, alive] = await Promise.all([
      world.notify(quietAlert(about)),
      world.status('/readyz'),
      world.status('/healthz'),
      // The simulated Slack fails what is not acknowledged within its three seconds.
      ana.types(`/incident note INC-1 ${note}`, { in: incidents }),
    ]);
    expect(answer, about).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });
    expect([ready, alive], about).toEqual([503, 200]);
    const told = await answersToAna(sorry);
    if (told.startsWith('Nothing was recorded')) denied.push(note);
    if (!card.hasButton('Acknowledge')) return;
    const answersToBen = answersTo('ben');
    await card.button('Acknowledge').pressedBy(world.slack.person('ben'));
    await answersToBen(sorry);
  }

  /** Waits for an answer to this person that was not there before. */
  function answersTo(person: string): (pattern: RegExp) => Promise<string> {
    const channel = world.workspace.channel('#incidents');
    const before = channel.ephemeralsFor(person).length;
    const read = () =>
      channel
        .ephemeralsFor(person)
        .slice(before)
        .map(({ visibleText }) => visibleText);
    return (pattern) =>
      world.slack.until(
        () => read().find((text) => pattern.test(text)),
        () => `expected an answer like ${String(pattern)} to ${person}; there was: ${read().join(' | ')}`,
      );
  }

  /** Nobody restarted anything, and what was refused is taken when it comes again. */
  async function expectAllIsWellAgain(about: string): Promise<void> {
    await eventually(`${about}: ready again`, async () => ((await world.status('/readyz')) === 200 ? true : undefined));
    expect(await world.notify(quietAlert(about)), about).toMatchObject({ status: 200 });
    await eventually(`${about}: the alert is in an incident`, async () => ((await incidentsOf(about)).length === 1 ? true : undefined));
    const incidents = world.slack.channel('#incidents');
    await world.slack.person('chloe').types(`/incident note INC-1 back after ${about}`, { in: incidents });
    await card.thread.expectReply(new RegExp(`back after ${about}`));
    expect(world.bot().pid).toBe(pid);
  }

  async function incidentsOf(about: string) {
    return (await store.incidents.list({ limit: 1000 })).filter(({ alerts }) => alerts.some(({ summary }) => summary === about));
  }

  const faults: readonly [string, Fault][] = [
    ['refused', { type: 'refuse' }],
    ['a black hole', { type: 'drop' }],
    ['half open', { type: 'half_open', silent: 'to_client' }],
    ['slower than anybody waits', { type: 'delay', ms: 6000 }],
  ];
  it.each(faults)('answers while the way to it is %s, and goes on by itself', async (about, fault) => {
    proxy.set(fault);
    await expectNothingIsTaken(about);
    proxy.set({ type: 'pass' });
    await expectAllIsWellAgain(about);
  });

  const sayings: readonly [string, Refusal][] = Object.entries(refusals);
  it.each(sayings)('answers while it says %s, and goes on by itself', async (about, refusal) => {
    front.refuse(refusal);
    await expectNothingIsTaken(about);
    front.refuse(undefined);
    await expectAllIsWellAgain(about);
    expect(front.refused()).toContain('insert');
  });

  it('takes alerts and commands while it is merely slow', async () => {
    proxy.set({ type: 'delay', ms: 150, jitterMs: 200 });
    expect(await world.notify(quietAlert('slow'))).toMatchObject({ status: 200 });
    await world.slack.person('emeka').types('/incident list', { in: world.slack.channel('#incidents') });
    await world.slack.person('emeka').seesOnlyToThem(/INC-1\b/);
    proxy.set({ type: 'pass' });
    await expectAllIsWellAgain('merely slow');
  });

  it('loses and doubles nothing when connections break in the middle of writes', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `torn ${index}`);
    const over = new AbortController();
    const breaking = (async () => {
      for (let round = 0; round < 40 && !over.signal.aborted; round += 1) {
        proxy.resetAll();
        // Long enough for something to be under way again, at another point each time.
        await systemClock.sleep(20 + ((round * 37) % 100), over.signal);
      }
    })();
    const sent = await Promise.all(
      names.map((name) =>
        // As Alertmanager does: again, until it is taken.
        eventually(`${name} was taken`, async () => ((await world.notify(quietAlert(name))).status === 200 ? name : undefined)),
      ),
    );
    over.abort();
    await breaking;
    expect(sent).toEqual(names);
    await eventually('nothing waits', async () => ((await store.deliveries.counts()).waiting === 0 ? true : undefined));
    const owners: [string, number][] = [];
    // One after the other: the test's server reads all incidents for each.
    for (const name of names) owners.push([name, (await incidentsOf(name)).length]);
    expect(owners).toEqual(names.map((name) => [name, 1]));
  });

  it('has one card of the incident, each word once, and a record that verifies', async () => {
    const cards = world.slack
      .channel('#incidents')
      .messages()
      .filter(({ visibleText }) => /INC-1\b/.test(visibleText));
    expect(cards).toHaveLength(1);
    const notes = card.thread.replies().filter(({ visibleText }) => visibleText.includes('back after '));
    const said = notes.map(({ visibleText }) => /back after (.*)/.exec(visibleText)?.[1]);
    expect(new Set(said).size).toBe(said.length);
    expect(said).toHaveLength(faults.length + sayings.length + 1);
    const thread = card.thread.replies().map(({ visibleText }) => visibleText);
    expect(denied).not.toEqual([]);
    expect(denied.filter((note) => thread.some((reply) => reply.includes(note)))).toEqual([]);
    const verdict = verifyExport(await (await world.export('INC-1')).text());
    expect(verdict).toMatchObject({ ok: true });
    expect(await world.bot().stop()).toBe(0);
  });
});
