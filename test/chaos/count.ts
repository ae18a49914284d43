import { effectKey } from '../../src/incidents/change.ts';
import { executionsOf, hasEnded } from '../../src/incidents/execution.ts';
import { livingViews, nameOf } from '../../src/incidents/incident.ts';
import type { Incident, MessageView } from '../../src/incidents/incident.ts';
import type { OutboxMessage } from '../../src/outbox/message.ts';
import type { SeenMessage } from '../../src/simulator/slack/workspace-types.ts';
import { verifyChain } from '../../src/timeline/chain.ts';
import type { TimelineEntry } from '../../src/timeline/entry.ts';
import type { Ledger } from './story.ts';
import { ladderMinutes } from './world.ts';
import type { ChaosWorld } from './world.ts';

type FaultName =
  | 'accepted alerts without a record'
  | 'records without an incident'
  | 'alerts that are not in their incident once'
  | 'ends of alerts that were lost'
  | 'incidents twice for one cause'
  | 'Slack messages twice, not marked as re-sent'
  | 'Slack messages that nothing in the store knows'
  | 'Slack messages that are missing or old'
  | 'messages given up'
  | 'deliveries parked'
  | 'timelines with gaps or broken chains'
  | 'mitigations applied twice'
  | 'mitigations that say something else than the cluster'
  | 'executions that never ended'
  | 'acknowledged commands without effect'
  | 'commands carried out twice'
  | 'calls of the ladder missed or twice'
  | 'processes that ended by themselves';

/** What must not be. Each list names what it found, and has to be empty. */
type Faults = Readonly<Record<FaultName, readonly string[]>>;

export type Counted = { faults: Faults; figures: Readonly<Record<string, number>> };

/** Compares what was said to have been taken with what is there. */
export async function countFaults(world: ChaosWorld, ledger: Ledger): Promise<Counted> {
  const { store } = world;
  const incidents = await store.incidents.list({ limit: 10_000 });
  const timelines = new Map(await eachInTurn(incidents, async ({ id }) => [id, await store.timeline.read(id)] as const));
  const posts = [...postsIn(world, '#incidents'), ...postsIn(world, '#oncall')];
  const rows = [...(await eachInTurn(incidents, (incident) => rowsOf(world, incident))).flat(), ...(await stormRowsOf(world, posts))];
  const about = { world, ledger, incidents, timelines, rows, posts };
  const executions = incidents.flatMap(executionsOf);
  const counts = await Promise.all([store.outbox.counts(), store.deliveries.counts()]);
  const faults: Faults = {
    ...(await alertFaults(about)),
    ...messageFaults(about),
    ...mitigationFaults(about),
    ...commandFaults(about),
    'processes that ended by themselves': world.replicas.flatMap((replica) => replica.ownEnds()),
    'incidents twice for one cause': duplicatesOf(incidents.flatMap(({ correlationKey }) => correlationKey ?? [])),
    'messages given up': Array.from({ length: counts[0].dead }, (_, index) => `${index + 1}`),
    'deliveries parked': Array.from({ length: counts[1].parked }, (_, index) => `${index + 1}`),
    'timelines with gaps or broken chains': incidents.flatMap((incident) => {
      const verdict = verifyChain(incident.id, timelines.get(incident.id) ?? [], incident.timeline);
      return verdict.ok ? [] : [`${nameOf(incident)}: ${verdict.reason}`];
    }),
    'executions that never ended': incidents.flatMap((incident) =>
      executionsOf(incident).flatMap((each) => (hasEnded(each) ? [] : [`${nameOf(incident)} #${each.number} ${each.state}`])),
    ),
    'calls of the ladder missed or twice': incidents.flatMap((incident) => ladderFaults(incident, timelines.get(incident.id) ?? [])),
  };
  return {
    faults,
    figures: {
      accepted: ledger.accepted.size,
      incidents: incidents.length,
      posts: posts.length,
      resent: posts.filter(isMarked).length,
      calls: [...timelines.values()].flat().filter(({ kind }) => kind === 'escalated').length,
      notes: ledger.noted.size,
      acknowledged: ledger.acknowledged.size,
      approved: ledger.approved.length,
      applied: executions.filter(({ state }) => state === 'applied').length,
      writes: writesIn(world).length,
      unknown: executions.filter(({ state }) => state === 'unknown').length,
    },
  };
}

type About = {
  world: ChaosWorld;
  ledger: Ledger;
  incidents: readonly Incident[];
  timelines: ReadonlyMap<string, readonly TimelineEntry[]>;
  rows: readonly OutboxMessage[];
  posts: readonly SeenMessage[];
};

async function alertFaults({ world, ledger, incidents }: About) {
  const alerts = await eachInTurn(ledger.accepted, async (fingerprint) => ({
    fingerprint,
    alert: await world.store.alerts.latest(fingerprint),
  }));
  const incidentOf = (id: string | undefined) => incidents.find((incident) => incident.id === id);
  const linked = alerts.filter(({ alert }) => incidentOf(alert?.incidentId) !== undefined);
  const linksOf = ({ alert, fingerprint }: (typeof alerts)[number]) =>
    incidentOf(alert?.incidentId)?.alerts.filter((link) => link.fingerprint === fingerprint) ?? [];
  const names = (list: typeof alerts) => list.map(({ fingerprint }) => fingerprint);
  return {
    'accepted alerts without a record': names(alerts.filter(({ alert }) => alert === undefined)),
    'records without an incident': names(alerts.filter((each) => each.alert !== undefined && !linked.includes(each))),
    'alerts that are not in their incident once': names(linked.filter((each) => linksOf(each).length !== 1)),
    'ends of alerts that were lost': names(
      linked.filter((each) => ledger.ended.has(each.fingerprint) && linksOf(each).some(({ status }) => status !== 'resolved')),
    ),
  };
}

function messageFaults({ rows, posts }: About) {
  const keys = posts.map(keyOf);
  const unmarked = posts.filter((post) => !isMarked(post));
  const known = new Set(rows.map(({ key }) => key));
  const places = new Set(posts.map(({ ts, channel }) => `${channel} ${ts}`));
  const isMissing = ({ posted, state, sent, wanted }: OutboxMessage) =>
    state !== 'idle' || sent < wanted || (posted !== undefined && !places.has(`${posted.channel} ${posted.ts}`));
  return {
    'Slack messages twice, not marked as re-sent': duplicatesOf(unmarked.map(keyOf)),
    'Slack messages that nothing in the store knows': keys.filter((key) => !known.has(key)),
    'Slack messages that are missing or old': rows.filter(isMissing).map(({ key, state, problem }) => `${key} ${state} ${problem}`),
  };
}

function mitigationFaults({ world, incidents, timelines }: About) {
  const writes = writesIn(world);
  const mitigations = incidents.flatMap((incident) => executionsOf(incident).filter(({ type }) => type === 'mitigation'));
  // Whatever is applied was told of once.
  const told = [...timelines.values()].flat().filter(({ kind }) => kind === 'mitigation_applied').length;
  const applied = mitigations.filter(({ state }) => state === 'applied');
  const objects = new Set([...writes, ...applied.flatMap(({ targets }) => targets.map(objectOf))]);
  const lies = [...objects].flatMap((name) => {
    const about = mitigations.filter(({ targets }) => targets.some((target) => objectOf(target) === name));
    const [done, sent] = [about.filter(({ state }) => state === 'applied').length, writes.filter((write) => write === name).length];
    const isTold = done === sent || about.some(({ state }) => state === 'unknown');
    return isTold
      ? []
      : [`${name}: ${done} applied, ${sent} writes; ${about.map(({ state, finding }) => `${state}: ${finding}`).join('; ')}`];
  });
  return {
    'mitigations applied twice': [
      ...duplicatesOf(writes),
      ...(told === applied.length ? [] : [`the timelines tell of ${told}, and ${applied.length} are applied`]),
    ],
    'mitigations that say something else than the cluster': lies,
  };
}

const objectOf = (target: string) => target.split('/').at(-1) ?? target;

/** Changes that reached the cluster, dry runs apart: the name of the object of each. */
function writesIn({ cluster }: ChaosWorld): readonly string[] {
  return cluster
    .requests()
    .filter(({ method, query, status, isCarriedOut }) => method === 'PATCH' && !query.includes('dryRun') && isCarriedOut && status < 300)
    .map(({ path }) => /deployments\/([^/]+)/.exec(path)?.[1] ?? path);
}

function commandFaults({ ledger, incidents, timelines }: About) {
  const titles = incidents.map(({ title }) => title);
  const entries = [...timelines.values()].flat();
  const texts = entries.flatMap(({ parts }) =>
    parts.text !== undefined && 'value' in parts.text ? JSON.stringify(parts.text.value).slice(1, -1) : [],
  );
  const acknowledgements = (id: string) => (timelines.get(id) ?? []).filter(({ kind }) => kind === 'acknowledged').length;
  const votesOn = ({ id, number }: Ledger['approved'][number]) =>
    executionsOf(incidents.find((incident) => incident.id === id) ?? {}).find((each) => each.number === number)?.votes.length ?? 0;
  return {
    'acknowledged commands without effect': [
      ...[...ledger.declared].filter((title) => !titles.includes(title)),
      ...[...ledger.noted].filter((note) => !texts.includes(note)),
      ...[...ledger.acknowledged].filter(([id]) => acknowledgements(id) === 0).map(([, call]) => call),
      ...ledger.approved.filter((each) => votesOn(each) === 0).map(({ id, number }) => `approval of ${id} #${number}`),
    ],
    'commands carried out twice': [
      ...duplicatesOf(titles.filter((title) => title.startsWith('Declared by hand'))),
      ...duplicatesOf(texts.filter((text) => ledger.tried.has(text))),
      ...[...ledger.acknowledged].filter(([id]) => acknowledgements(id) > 1).map(([, call]) => call),
    ],
  };
}

/** Every step of the ladder that passed before somebody had it is told of once: by a call of its own, or as missed by the next one. */
function ladderFaults(incident: Incident, entries: readonly TimelineEntry[]): readonly string[] {
  const steps = entries.filter(({ kind }) => kind === 'escalated').map(({ parts }) => Number(factOf(parts, 'step')));
  const isRising = steps.every((step, index) => step > (steps[index - 1] ?? 0) && step <= ladderMinutes.length);
  const endAt = entries.find(({ kind }) => kind === 'acknowledged' || kind === 'resolved')?.at;
  const since = entries[0]?.at;
  if (incident.severity !== 'critical' || endAt === undefined || since === undefined)
    return isRising ? [] : [`${nameOf(incident)}: ${steps.join()}`];
  const openMinutes = (Date.parse(endAt) - Date.parse(since)) / 60_000;
  // While every process is dead nobody calls; what came up long before the end has to have been told.
  const due = ladderMinutes.filter((minutes) => minutes + 5 < openMinutes).length;
  return isRising && (steps.at(-1) ?? 0) >= due ? [] : [`${nameOf(incident)}: ${steps.join()} in ${openMinutes} minutes`];
}

function factOf(parts: TimelineEntry['parts'], name: string): unknown {
  const { facts } = parts;
  return facts !== undefined && 'value' in facts ? Reflect.get(Object(facts.value), name) : undefined;
}

/** Every message of the bot in a channel and its threads. */
function postsIn(world: ChaosWorld, name: string): readonly SeenMessage[] {
  const channel = world.workspace.channel(name);
  const all = channel.messages().flatMap((root) => [root, ...channel.thread(root.ts)]);
  const { botUserId } = world.workspace.seed.app;
  return [...new Map(all.map((message) => [message.ts, message])).values()].filter(({ user }) => user === botUserId);
}

function keyOf({ metadata, ts, visibleText }: SeenMessage): string {
  const key = metadata?.event_payload['k'];
  return typeof key === 'string' ? key : `${ts} ${visibleText.slice(0, 80)}`;
}

const isMarked = ({ visibleText }: SeenMessage) => visibleText.includes('(re-sent)');

async function rowsOf({ store }: ChaosWorld, incident: Incident): Promise<readonly OutboxMessage[]> {
  const sequence = Array.from({ length: incident.timeline.seq }, (_, index) => index + 1);
  const views: MessageView[] = [
    ...livingViews.map((type) => ({ type })),
    { type: 'runbook' },
    ...sequence.flatMap((seq): MessageView[] => [
      { type: 'entry', seq, broadcast: false },
      { type: 'entry', seq, broadcast: false, to: 'oncall' },
    ]),
    ...executionsOf(incident).flatMap(({ number }): MessageView[] => [
      { type: 'execution', number },
      { type: 'file', number, part: 'output' },
      { type: 'file', number, part: 'chart' },
    ]),
  ];
  const rows = await eachInTurn(views, (view) => store.outbox.get(effectKey(incident, view)));
  return rows.filter((row) => row !== undefined);
}

/** Storm cards belong to no incident. */
async function stormRowsOf({ store }: ChaosWorld, posts: readonly SeenMessage[]): Promise<readonly OutboxMessage[]> {
  const rows = await eachInTurn(new Set(posts.map(keyOf)), (key) => store.outbox.get(key));
  return rows.filter((row) => row !== undefined).filter(({ view }) => view.type === 'storm');
}

/** Thousands of questions at once would be over their time in a store that answers one after the other. */
async function eachInTurn<T, Result>(items: Iterable<T>, ask: (item: T) => Promise<Result>): Promise<readonly Result[]> {
  const answers: Result[] = [];
  for (const item of items) answers.push(await ask(item));
  return answers;
}

const duplicatesOf = (items: readonly string[]) => items.filter((item, index) => items.indexOf(item) !== index);
