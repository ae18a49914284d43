import { Agent, request } from 'node:http';
import type { ClientRequest } from 'node:http';
import { setTimeout as realTime } from 'node:timers/promises';
import { executionsOf } from '../../../src/incidents/execution.ts';
import { addMs, toInstant } from '../../../src/kernel/instant.ts';
import { laneNames } from '../../../src/outbox/message.ts';
import { notification, seedAlert, webhookToken } from '../../support/world.ts';
import { untilAtRest } from '../at-rest.ts';
import { countFaults } from '../count.ts';
import type { Outcome, Scenario } from '../scenario.ts';
import { newLedger, post } from '../story.ts';
import type { Ledger } from '../story.ts';
import { startChaosWorld } from '../world.ts';
import type { ChaosWorld, StoreKind } from '../world.ts';

const mostMs = 10_000;

/** What is going on, or hangs, when the process is told to stop. Where nothing hangs nothing may be left over. */
type Situation = { name: string; hangs: boolean; only?: StoreKind; arrange: (scene: Scene) => Promise<(() => void) | void> };
type Scene = { world: ChaosWorld; ledger: Ledger; webhookUrl: string };

const situations: readonly Situation[] = [
  { name: 'nothing to do', hangs: false, arrange: async () => {} },
  { name: 'connections kept open, and a request half sent', hangs: false, arrange: holdRequests },
  { name: 'a step runs', hangs: false, arrange: runStep },
  { name: 'a change is under way', hangs: false, arrange: applyChange },
  { name: 'Slack hangs', hangs: true, arrange: hangSlack },
  { name: 'the store hangs', hangs: true, only: 'mongo', arrange: hangStore },
];

/** SIGTERM in every situation that could hold a process up: over within ten seconds, leases given back, nothing lost. At life's own speed. */
export const stops: Scenario = {
  name: 'stops',
  async run({ seed, store }): Promise<Outcome> {
    const problems: string[] = [];
    const figures: Record<string, number> = {};
    const world = await startChaosWorld({ seed, store, replicas: 1, speed: 1, limits: 'off', settings: { escalation: { steps: [] } } });
    const [replica] = world.replicas;
    if (replica === undefined) throw new Error('there is no replica');
    const ledger = newLedger();
    try {
      for (const { name, hangs, only, arrange } of situations) {
        if (only !== undefined && only !== store) continue;
        await replica.start();
        const { webhookUrl = '' } = replica.addresses() ?? {};
        const after = await arrange({ world, ledger, webhookUrl });
        const { status, tookMs } = await replica.stop();
        after?.();
        for (const { slack, store: line } of world.lines) for (const each of [slack, line]) each?.set({ type: 'pass' });
        figures[name] = Math.round(tookMs);
        if (tookMs > mostMs) problems.push(`${name}: took ${Math.round(tookMs)} ms`);
        if (status !== 0 && !(hangs && status === 75)) problems.push(`${name}: ended with ${status}`);
        if (!hangs) problems.push(...(await leasesIn(world)).map((lease) => `${name}: ${lease}`));
      }
      await replica.start();
      await untilAtRest(world);
      const { faults, figures: counted } = await countFaults(world, ledger);
      return { faults: { ...faults, 'stops that were not as promised': problems }, figures: { ...counted, ...figures } };
    } finally {
      await world.end();
    }
  },
};

let fired = 0;

async function fire({ ledger, webhookUrl }: Scene, labels: Readonly<Record<string, string>>): Promise<string> {
  fired += 1;
  const fingerprint = `f${fired.toString(16).padStart(15, '0')}`;
  const alert = { ...seedAlert, labels: { ...labels, service: `service-${fired}` }, fingerprint, startsAt: new Date().toISOString() };
  if (labels['alertname'] === 'StuckWorker') alert.annotations = { runbook_url: 'https://runbooks.example.com/stuck-worker.md' };
  if ((await post(webhookUrl, notification([alert]))) !== 200) throw new Error('an alert was not taken');
  ledger.accepted.add(fingerprint);
  return fingerprint;
}

/** A client whose connection idles, and one that sends the first half of a request. */
async function holdRequests({ webhookUrl }: Scene): Promise<() => void> {
  const agent = new Agent({ keepAlive: true });
  const headers = { Authorization: `Bearer ${webhookToken}`, 'Content-Type': 'application/json', 'Content-Length': '1000' };
  await new Promise((resolve) =>
    request(webhookUrl.replace(/\/webhooks.*/, '/healthz'), { agent }, (answer) => answer.resume().on('end', resolve)).end(),
  );
  const half: ClientRequest = request(webhookUrl, { method: 'POST', agent: new Agent({ keepAlive: true }), headers });
  half.on('error', () => {});
  half.write('{"version":');
  await realTime(200);
  return () => {
    half.destroy();
    agent.destroy();
  };
}

const stuck = { alertname: 'StuckWorker', severity: 'warning', namespace: 'chaos' };

async function runStep(scene: Scene): Promise<void> {
  const number = await openedBy(scene, await fire(scene, stuck));
  await says(scene, 'ana', `run INC-${number} 2`);
  await until(async () => (await latest(scene, number))?.state === 'running');
}

/** The answer to the change takes longer than a stop may. */
async function applyChange(scene: Scene): Promise<void> {
  const { world } = scene;
  const number = await openedBy(scene, await fire(scene, stuck));
  const labels = { app: 'stopped' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'registry.invalid/worker:1' }] } };
  world.cluster.apply({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'stopped', namespace: 'chaos', labels },
    spec: { replicas: 1, selector: { matchLabels: labels }, template },
  });
  world.cluster.faults.set({ type: 'delay', ms: 60_000, on: { method: 'PATCH', dryRun: false } });
  await says(scene, 'ana', `mitigate INC-${number} 1 deployment-name=stopped`);
  await until(async () => (await latest(scene, number))?.state === 'proposed');
  await says(scene, 'ben', `approve INC-${number} 1`);
  await until(async () => {
    const { id, state } = (await latest(scene, number)) ?? {};
    const document = id === undefined ? undefined : await world.store.executions.get(id);
    return state === 'applying' && document?.journal.some((entry) => entry.state === 'sent') === true;
  });
  world.cluster.faults.clear();
}

async function hangSlack(scene: Scene): Promise<void> {
  for (const { slack } of scene.world.lines) slack.set({ type: 'drop' });
  await openedBy(scene, await fire(scene, seedAlert.labels));
  await until(async () => (await scene.world.store.outbox.counts()).sending > 0);
}

async function hangStore(scene: Scene): Promise<void> {
  await fire(scene, seedAlert.labels);
  for (const { store } of scene.world.lines) store?.set({ type: 'drop' });
  void post(scene.webhookUrl, notification([{ ...seedAlert, fingerprint: 'ffffffffffffffff' }]));
  await realTime(500);
}

async function openedBy({ world }: Scene, fingerprint: string): Promise<number> {
  let number = 0;
  await until(async () => {
    const alert = await world.store.alerts.latest(fingerprint);
    const incident = alert?.incidentId === undefined ? undefined : await world.store.incidents.get(alert.incidentId);
    number = incident?.number ?? 0;
    return incident !== undefined;
  });
  return number;
}

async function latest({ world }: Scene, number: number) {
  const incident = await world.store.incidents.getByNumber(number);
  return incident === undefined ? undefined : executionsOf(incident).at(-1);
}

async function says({ world }: Scene, person: string, call: string): Promise<void> {
  await world.workspace.person(person).types('#incidents', `/incident ${call}`);
}

async function until(look: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await look()); tries += 1) {
    if (tries > 600) throw new Error('what was to be interrupted did not begin');
    await realTime(50);
  }
}

/** What a process that ended still holds, so that its successor would have to wait. */
async function leasesIn({ store, clock }: ChaosWorld): Promise<readonly string[]> {
  const now = toInstant(clock.now());
  const lanes = await Promise.all(
    laneNames.map(async (lane) => {
      const lease = await store.outbox.leaseLane({ lane, owner: 'whoever comes next', now, until: addMs(now, 1) });
      return lease === undefined ? [`the lane ${lane} is held`] : [];
    }),
  );
  const open = await store.incidents.list({ limit: 100 });
  const held = open.flatMap(executionsOf).filter(({ lease }) => lease !== undefined && lease.until > now);
  return [...lanes.flat(), ...held.map(({ title, state }) => `"${title}" (${state}) is held`)];
}
