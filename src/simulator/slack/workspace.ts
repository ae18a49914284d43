import { systemClock } from '../../kernel/clock.ts';
import { TocsinError } from '../../kernel/errors.ts';
import { perform, type Stage } from './acts.ts';
import type { Core } from './core.ts';
import { createFaultEngine } from './fault-engine.ts';
import { createFineTime } from './fine-time.ts';
import { createPace } from './pace.ts';
import type { PageState } from './page-contract.ts';
import { pageState } from './page/page-state.ts';
import { createChanges, type WorkspaceChange } from './state/changes.ts';
import { noDocuments, openDocuments } from './state/documents.ts';
import { findPerson } from './state/people.ts';
import { createState } from './state/state.ts';
import { createChannel } from './story/channel.ts';
import { createPerson } from './story/person.ts';
import { createTriggers } from './triggers.ts';
import { createAppLink, type AppLink } from './wire/app-link.ts';
import { createCallRecords, type CallRecords } from './wire/call-records.ts';
import { createEvents } from './wire/events.ts';
import { verificationToken } from './wire/payloads.ts';
import { startServer } from './wire/server.ts';
import type {
  ListeningWorkspace,
  SimulatedPerson,
  SlackWorkspace,
  SlackWorkspaceOptions,
  WorkspaceSeed,
  WorkspaceStats,
} from './workspace-types.ts';

const tokenShape = /^xoxb-simulated-[A-Za-z0-9-]+$/;

/** Only tokens that no real workspace could have issued: `xoxb-simulated-` and letters, digits or dashes. */
function requireSimulatedToken(token: string): void {
  if (tokenShape.test(token)) return;
  throw new TocsinError(
    'invalid',
    'the simulated Slack workspace accepts only tokens that start with xoxb-simulated-; this one could be a real one',
  );
}

function seedOf(options: SlackWorkspaceOptions): WorkspaceSeed {
  const { team, people, channels, usergroups, app } = options;
  return { team, people, channels, usergroups, app };
}

type Parts = { core: Core; link: AppLink; stage: Stage; records: CallRecords; stopping: AbortController; setBaseUrl(url: string): void };

function assemble(options: SlackWorkspaceOptions, documents: ReturnType<typeof openDocuments>): Parts {
  const seed = seedOf(options);
  const changes = createChanges();
  const stopping = new AbortController();
  let baseUrl = 'http://127.0.0.1:0';
  const core: Core = {
    seed,
    clock: options.clock,
    fineMs: createFineTime(options.clock),
    log: options.log,
    plan: options.plan ?? 'paid',
    state: createState(seed, changes, { documents, nowMs: options.clock.now().getTime() }),
    changes,
    faults: createFaultEngine((faults) => changes.emit({ type: 'faults', faults })),
    pace: createPace({ enforced: options.limits !== 'off', postBurst: options.postBurst ?? 3 }),
    triggers: createTriggers(),
    baseUrl: () => baseUrl,
  };
  const link = createAppLink(core, { ackDeadlineMs: options.ackDeadlineMs ?? 3000, signingClock: options.signingClock ?? systemClock });
  const retryDelaysMs = options.eventRetryDelaysMs ?? [0, 60_000, 300_000];
  const events = createEvents(core, link, { retryDelaysMs, stopping: stopping.signal });
  const stage: Stage = {
    core,
    link,
    events,
    ...(options.onFire === undefined ? {} : { onFire: options.onFire }),
    ...(options.onResolve === undefined ? {} : { onResolve: options.onResolve }),
  };
  return {
    core,
    link,
    stage,
    records: createCallRecords(),
    stopping,
    setBaseUrl(url) {
      baseUrl = url;
    },
  };
}

function statsOf({ core, records }: Parts): WorkspaceStats {
  return {
    calls: (method) => records.calls(method),
    rateLimited: (method) => records.rateLimited(method),
    posts: (channel) => core.pace.posts(core.state.channel(channel)?.id ?? channel),
    recentCalls: () => records.recent(),
  };
}

async function verifyRequestUrl(link: AppLink): Promise<boolean> {
  const challenge = crypto.randomUUID();
  const posted = await link.send({
    kind: 'url_verification',
    name: 'url_verification',
    contentType: 'application/json',
    body: JSON.stringify({ token: verificationToken, challenge, type: 'url_verification' }),
  });
  return posted.outcome === 'answered' && posted.status === 200 && posted.body.includes(challenge);
}

/** What is looked at rather than served: people, channels, files, canvases. */
function views(parts: Parts): Pick<SlackWorkspace, 'person' | 'channel' | 'file' | 'canvas'> {
  const { core, stage } = parts;
  const people = new Map<string, SimulatedPerson>();
  return {
    person(nameOrId) {
      const person = findPerson(core.state.people, nameOrId);
      if (person === undefined) throw new TocsinError('not_found', `nobody here is called ${nameOrId}`);
      // One object each: what was filled into a form is remembered in it.
      const known = people.get(person.id) ?? createPerson(stage, person);
      people.set(person.id, known);
      return known;
    },
    channel(nameOrId) {
      const channel = core.state.channel(nameOrId);
      if (channel === undefined) throw new TocsinError('not_found', `there is no channel ${nameOrId}`);
      return createChannel(stage, channel.id);
    },
    file(id) {
      const file = core.state.files.get(id);
      return file?.content === undefined ? undefined : { name: file.name, title: file.title, content: Buffer.from(file.content, 'base64') };
    },
    canvas: (id) => core.state.canvases.get(id)?.markdown,
  };
}

/**
 * A Slack workspace in this process: Web API, events, interactivity and the page's backend, as strict as the real one.
 * Throws TocsinError `invalid` for a token that does not start with `xoxb-simulated-`.
 */
export async function createSlackWorkspace(options: SlackWorkspaceOptions): Promise<SlackWorkspace> {
  requireSimulatedToken(options.app.botToken);
  const documents = options.storage === undefined ? noDocuments : openDocuments(options.storage);
  const parts = assemble(options, documents);
  const { core, link, stage, records, stopping } = parts;
  const listening = new Set<ListeningWorkspace>();
  let notice = '';
  let callsUnderWay = 0;
  const state = (): PageState => pageState(core, { samples: options.samples ?? [], notice });

  return {
    seed: core.seed,
    ...views(parts),
    onChange: (listener) => core.changes.listen(listener),
    faults: core.faults,
    stats: statsOf(parts),
    setRequestUrl: (url) => link.setRequestUrl(url),
    inFlight: () => link.inFlight() + callsUnderWay,
    deliveries: () => link.deliveries(),
    replay: (delivery) => link.replay(delivery),
    raise: (event) => stage.events.raise(event).done,
    verifyRequestUrl: () => verifyRequestUrl(link),
    pageState: state,
    act: (act) => perform(stage, act),
    setNotice(text) {
      notice = text;
      core.changes.emit({ type: 'notice', notice });
    },
    async listen({ port, pages }) {
      const busy = (change: 1 | -1) => {
        callsUnderWay += change;
      };
      const backend = { stage, state, onChange: (listener: (change: WorkspaceChange) => void) => core.changes.listen(listener) };
      const server = await startServer({ core, records, backend, busy, pages }, port);
      parts.setBaseUrl(server.url);
      core.log.warn({ url: server.url }, '*** SIMULATED SLACK WORKSPACE: nothing said here reaches the real Slack ***');
      const handle: ListeningWorkspace = { url: server.url, apiUrl: `${server.url}/api/`, close: () => server.close() };
      listening.add(handle);
      return handle;
    },
    async close() {
      stopping.abort();
      await Promise.all([...listening].map((server) => server.close()));
      documents.close();
    },
  };
}
