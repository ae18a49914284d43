import { setTimeout as realTime } from 'node:timers/promises';
import { effectKey } from '../../src/incidents/change.ts';
import { executionsOf } from '../../src/incidents/execution.ts';
import type { Execution } from '../../src/incidents/execution.ts';
import type { Incident, IncidentId } from '../../src/incidents/incident.ts';
import { nameOf } from '../../src/incidents/incident.ts';
import { notification, seedAlert, webhookToken } from '../support/world.ts';
import type { TestAlert } from '../support/world.ts';
import { passes } from './world.ts';
import type { ChaosWorld } from './world.ts';

/** What Tocsin said that it took. Only this has to be there in the end. */
export type Ledger = {
  /** Alerts answered with 200, by fingerprint; and those of them whose end was taken as well. */
  accepted: Set<string>;
  ended: Set<string>;
  declared: Set<string>;
  noted: Set<string>;
  /** Every note that was tried: none may be there twice. */
  tried: Set<string>;
  acknowledged: Map<IncidentId, string>;
  approved: { id: IncidentId; number: number }[];
  /** The object of each mitigation that was asked for. */
  deployments: string[];
  /** How often the webhook answered what; 0 is no answer at all. */
  answers: Map<number, number>;
};

export const newLedger = (): Ledger => ({
  accepted: new Set(),
  ended: new Set(),
  declared: new Set(),
  noted: new Set(),
  tried: new Set(),
  acknowledged: new Map(),
  approved: [],
  deployments: [],
  answers: new Map(),
});

export type Telling = {
  ledger: Ledger;
  /** When true nothing new is begun, and what waits gives up. */
  over: () => boolean;
  /** How many incidents are told at once. */
  tellers?: number;
  /** With mitigations on the cluster; they cost the most computing. */
  mitigates?: boolean;
};

/** Slack's pace has to be able to carry what was opened: beyond this nothing new is begun. */
const mostWaiting = 25;
/** By the world's clock: every look is a command to the store, and the test server takes one at a time. */
const pollMs = 1500;

/** A busy time: incident after incident, with people who talk, acknowledge, plan and approve. Ends soon after `over`. */
export async function tellStory(world: ChaosWorld, telling: Telling): Promise<void> {
  let round = 0;
  const teller = async () => {
    while (!telling.over()) {
      if ((await world.store.outbox.counts()).due > mostWaiting) {
        await realTime(200);
        continue;
      }
      round += 1;
      await tellIncident(world, telling, round);
    }
  };
  await Promise.all(Array.from({ length: telling.tellers ?? 3 }, teller));
}

async function tellIncident(world: ChaosWorld, telling: Telling, round: number): Promise<void> {
  const { ledger } = telling;
  const mitigates = telling.mitigates !== false && round % 3 === 0;
  const alert = alertOf(round, mitigates);
  const { fingerprint = '' } = alert;
  if (!(await deliver(world, telling, alert))) return;
  ledger.accepted.add(fingerprint);
  if (round % 4 === 0) await declare(world, ledger, `Declared by hand ${round}.`);
  const incident = await until({ world, telling }, async () => incidentOf(world, fingerprint));
  if (incident !== undefined) {
    if (mitigates) await mitigate(world, telling, { incident, deployment: `worker-${round}` });
    const card = await until({ world, telling }, async () => (await world.store.incidents.get(incident.id))?.thread);
    if (card !== undefined) await note(world, ledger, { text: `note-${round}.`, card });
    // The others climb the ladder until their alerts have ended.
    if (round % 2 === 1) await acknowledge(world, ledger, incident);
    else if (incident.severity === 'critical') await passes(world, 3000);
  }
  const endsAt = new Date(Date.parse(alert.startsAt ?? '') + 60_000).toISOString();
  if (await deliver(world, telling, { ...alert, status: 'resolved', endsAt })) ledger.ended.add(fingerprint);
}

function alertOf(round: number, mitigates: boolean): TestAlert {
  const fingerprint = round.toString(16).padStart(16, '0');
  const startsAt = new Date().toISOString();
  const labels = { ...seedAlert.labels, service: `service-${round}` };
  if (!mitigates) return { ...seedAlert, labels: { ...labels, severity: round % 2 === 0 ? 'critical' : 'warning' }, fingerprint, startsAt };
  return {
    labels: {
      alertname: 'StuckWorker',
      service: `service-${round}`,
      severity: round % 2 === 0 ? 'critical' : 'warning',
      namespace: 'chaos',
    },
    annotations: { summary: 'A worker is stuck', runbook_url: 'https://runbooks.example.com/stuck-worker.md' },
    fingerprint,
    startsAt,
  };
}

/** Posts as Alertmanager does: to one replica after the other, until one takes it. */
async function deliver(world: ChaosWorld, telling: Telling, alert: TestAlert): Promise<boolean> {
  while (!telling.over()) {
    const open = world.replicas.flatMap((replica) => replica.addresses()?.webhookUrl ?? []);
    const status = open.length === 0 ? 0 : await post(world.dice.one(open), notification([alert]));
    telling.ledger.answers.set(status, (telling.ledger.answers.get(status) ?? 0) + 1);
    if (status === 200) return true;
    await realTime(20);
  }
  return false;
}

/** Resolves with the status, 0 when the connection was refused, broke, or stayed silent for five seconds. */
export async function post(address: string, body: string): Promise<number> {
  try {
    const headers = { Authorization: `Bearer ${webhookToken}`, 'Content-Type': 'application/json' };
    const response = await fetch(address, { method: 'POST', headers, body, signal: AbortSignal.timeout(5000) });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}

async function declare(world: ChaosWorld, ledger: Ledger, title: string): Promise<void> {
  await world.workspace.person('chloe').types('#incidents', `/incident declare warning ${title}`);
  if (answerTo(world, title)?.responseBody?.includes('You declared') === true) ledger.declared.add(title);
}

async function note(world: ChaosWorld, ledger: Ledger, about: { text: string; card: { channel: string; ts: string } }): Promise<void> {
  const { text, card } = about;
  ledger.tried.add(text);
  // In a thread that the bot does not know yet the right answer is a question.
  if ((await world.store.incidents.getByThread(card.channel, card.ts)) === undefined) return;
  await world.workspace.person('ben').types('#incidents', `@tocsin note ${text}`, { thread: card.ts });
  if (answerTo(world, text)?.status === 200) ledger.noted.add(text);
}

async function acknowledge(world: ChaosWorld, ledger: Ledger, incident: Incident): Promise<void> {
  const call = `ack ${nameOf(incident)}`;
  await world.workspace.person('ana').types('#incidents', `/incident ${call}`);
  if (answerTo(world, call)?.responseBody?.includes('You acknowledged') === true) ledger.acknowledged.set(incident.id, call);
}

/** Asked for by one person, approved by another with the button; each presses again while the message still asks for it. */
async function mitigate(world: ChaosWorld, telling: Telling, about: { incident: Incident; deployment: string }): Promise<void> {
  const { incident, deployment } = about;
  world.cluster.apply(deploymentOf(deployment));
  telling.ledger.deployments.push(deployment);
  for (let tries = 0; tries < 3 && !telling.over(); tries += 1) {
    await world.workspace.person('ana').types('#incidents', `/incident mitigate ${nameOf(incident)} 1 deployment-name=${deployment}`);
    const asked = await until({ world, telling }, () => executionOf(world, incident), 20_000);
    if (asked === undefined) continue;
    const about = { incident, number: asked.number };
    return incident.number % 2 === 0 ? approveByButton(world, telling, about) : approveByCommand(world, telling, about);
  }
}

async function approveByButton(world: ChaosWorld, telling: Telling, about: { incident: Incident; number: number }): Promise<void> {
  const { incident, number } = about;
  const key = effectKey(incident, { type: 'execution', number });
  for (let tries = 0; tries < 3 && !telling.over(); tries += 1) {
    const message = await until({ world, telling }, async () => {
      const execution = await executionOf(world, incident);
      if (execution !== undefined && !['planning', 'proposed'].includes(execution.state)) return 'decided' as const;
      const { posted } = (await world.store.outbox.get(key)) ?? {};
      const seen = posted === undefined ? undefined : world.workspace.channel(posted.channel).find(posted.ts);
      return seen !== undefined && JSON.stringify(seen.blocks).includes('"Approve"') ? seen : undefined;
    });
    if (message === undefined || message === 'decided') return;
    const begun = performance.now();
    const { ok } = await world.workspace.person('ben').press(message, 'Approve');
    // After two seconds of its time the bot acknowledges what it has not done yet: Slack waits for three.
    if (ok && performance.now() - begun < 1500 / world.speed) telling.ledger.approved.push({ id: incident.id, number });
    await realTime(100);
  }
}

async function approveByCommand(world: ChaosWorld, telling: Telling, about: { incident: Incident; number: number }): Promise<void> {
  const { incident, number } = about;
  for (let tries = 0; tries < 3 && !telling.over(); tries += 1) {
    const execution = await until({ world, telling }, async () => {
      const now = await executionOf(world, incident);
      return now?.state === 'planning' ? undefined : now;
    });
    if (execution?.state !== 'proposed') return;
    const call = `approve ${nameOf(incident)} ${number}`;
    await world.workspace.person('ben').types('#incidents', `/incident ${call}`);
    if (answerTo(world, call)?.responseBody?.includes('You approved') === true) telling.ledger.approved.push({ id: incident.id, number });
  }
}

async function executionOf(world: ChaosWorld, { id }: Incident): Promise<Execution | undefined> {
  const incident = await world.store.incidents.get(id);
  return incident === undefined ? undefined : executionsOf(incident).at(-1);
}

async function incidentOf(world: ChaosWorld, fingerprint: string): Promise<Incident | undefined> {
  const alert = await world.store.alerts.latest(fingerprint);
  return alert?.incidentId === undefined ? undefined : world.store.incidents.get(alert.incidentId);
}

/** Waits for something to be there; undefined when the story is over, or it took too long (by the world's clock) and life goes on. */
async function until<T>(
  { world, telling: { over } }: { world: Pick<ChaosWorld, 'speed'>; telling: Pick<Telling, 'over'> },
  look: () => Promise<T | undefined>,
  patienceMs = 80_000,
): Promise<T | undefined> {
  const end = Date.now() + patienceMs / world.speed;
  while (!over() && Date.now() < end) {
    const found = await look();
    if (found !== undefined) return found;
    await passes(world, pollMs);
  }
  return undefined;
}

/** The last request to the bot that carried the text, with its answer. */
function answerTo(world: ChaosWorld, text: string) {
  const encoded = encodeURIComponent(text).replaceAll('%20', '+');
  return world.workspace.deliveries().findLast(({ body }) => body.includes(text) || body.includes(encoded));
}

function deploymentOf(name: string) {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'chaos', labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'registry.invalid/worker:1' }] } },
    },
  };
}
