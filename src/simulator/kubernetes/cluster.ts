import type { AddressInfo } from 'node:net';
import type { Clock } from '../../kernel/clock.ts';
import { silentLog } from '../../kernel/log.ts';
import type { Log } from '../../kernel/log.ts';
import { admitNew } from './api/admission.ts';
import type { User } from './api/call.ts';
import { fillDefaults } from './api/defaults.ts';
import type { Usage, UsageOf } from './api/metrics.ts';
import type { World } from './controllers/world.ts';
import { createEngine } from './engine.ts';
import type { BehaviourRule } from './engine.ts';
import type { Program } from './exec/programs.ts';
import { createFaultBox } from './faults.ts';
import type { ClusterFaults } from './faults.ts';
import type { LogScript } from './logs.ts';
import { accounts, roleObjects } from './roles.ts';
import { createApiServer } from './server.ts';
import type { RecordedRequest } from './server.ts';
import { copyOf, nameOf, namespaceOf, put } from './tree.ts';
import type { KubeObject, Tree } from './tree.ts';

export type SimulatedKubernetesOptions = {
  clock: Clock;
  log?: Log;
  /** How much faster than life pods start, roll and end. */
  speed?: number;
  /** Names, addresses and logs are the same for the same seed. */
  seed?: string;
  /** The administrator's token; those of the others end in "-reader" and "-mutator". */
  token?: string;
  /** Whether the reader may run commands in containers. */
  readerExecs?: boolean;
  /** Objects that are there from the beginning, `ageMs` ago (by default an instant ago). */
  contents?: readonly Tree[];
  ageMs?: number;
  /** More tokens, and whom they belong to. */
  tokens?: Readonly<Record<string, User>>;
};

export type Access = {
  url: string;
  /** The administrator's. */
  token: string;
  tokens: { admin: string; reader: string; mutator: string };
  /** A kubeconfig for one of the accounts or for any token. */
  kubeconfig(token?: string): string;
  /** The same for the command line kubectl, which sends no token over plain HTTP: the token stands in the address. */
  kubectlConfig(token?: string): string;
};

/** A Kubernetes API server with controllers, small enough to embed. Loopback only, plain HTTP. */
export type SimulatedKubernetes = {
  listen(options?: { port?: number }): Promise<Access>;
  /** Creates an object, or gives one that is there the new content, as an administrator who says nothing of its status unless given. */
  apply(object: Tree): KubeObject;
  remove(kind: string, at: { namespace?: string; name: string }): void;
  /** Objects by kind, "Pod", after everything that was due has happened. */
  objects(kind: string, namespace?: string): readonly KubeObject[];
  object(kind: string, at: { namespace?: string; name: string }): KubeObject | undefined;
  requests(): readonly RecordedRequest[];
  faults: ClusterFaults;
  /** How containers behave; a newer rule is asked first. */
  behave(rule: BehaviourRule): void;
  /** What containers can run; newer programs are asked first. */
  programs(...programs: readonly Program[]): void;
  logs(...scripts: readonly LogScript[]): void;
  usage(usageOf: (container: Tree, pod: KubeObject) => Usage | undefined): void;
  /** Plays what is due until now. Every other call does it by itself. */
  catchUp(): void;
  /** Called after each instant at which something happened, until the returned function is called. */
  onInstant(listener: (at: Date) => void): () => void;
  world: World;
  close(): Promise<void>;
};

const idleMs = 60_000;

export function createSimulatedKubernetes(options: SimulatedKubernetesOptions): SimulatedKubernetes {
  const { clock } = options;
  const listeners = new Set<(at: Date) => void>();
  const onInstant = (): void => {
    for (const listener of listeners) listener(engine.world.now());
  };
  const engine = createEngine({ clock, seed: options.seed ?? 'tocsin', speed: options.speed ?? 1, ageMs: options.ageMs ?? 0, onInstant });
  const { world } = engine;
  const faults = createFaultBox();
  const recorded: RecordedRequest[] = [];
  let programs: readonly Program[] = [];
  let scripts: readonly LogScript[] = [];
  let usageOf: UsageOf = () => undefined;
  const admin = options.token ?? 'simulated-admin';
  const tokens = { admin, reader: `${admin.replace(/-admin$/, '')}-reader`, mutator: `${admin.replace(/-admin$/, '')}-mutator` };
  const users = new Map<string, User>([
    ...(['admin', 'reader', 'mutator'] as const).map((name): [string, User] => [tokens[name], accounts[name]]),
    ...Object.entries(options.tokens ?? {}),
  ]);
  const stopping = new AbortController();
  const server = createApiServer({
    engine,
    clock,
    faults,
    log: options.log ?? silentLog,
    userOf: (token) => users.get(token),
    record: (request) => void recorded.push(request),
    programs: () => programs,
    logScripts: () => scripts,
    usageOf: (container, pod) => usageOf(container, pod),
  });

  /** Moves things on while nobody asks, for those who watch. */
  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      engine.catchUp();
      const due = engine.nextDue() ?? Number.POSITIVE_INFINITY;
      // A change may make something due earlier than what is waited for.
      const changed = new AbortController();
      const ignore = world.store.onChange(() => changed.abort());
      await clock.sleep(Math.min(idleMs, Math.max(10, due - clock.now().getTime())), AbortSignal.any([stopping.signal, changed.signal]));
      ignore();
    }
  }
  function kindNamed(kind: string) {
    const found = world.store.kinds().find((each) => each.kind === kind);
    if (found === undefined) throw new TypeError(`the simulated cluster knows no kind ${kind}`);
    return found;
  }
  function apply(given: Tree): KubeObject {
    engine.catchUp();
    const object = store(given);
    engine.catchUp();
    return object;
  }
  function store(given: Tree): KubeObject {
    const { apiVersion, kind: named } = given;
    if (typeof apiVersion !== 'string' || typeof named !== 'string') throw new TypeError('an object needs apiVersion and kind');
    const object: KubeObject = { ...copyOf(given), apiVersion, kind: named };
    const kind = world.store.kindFor(apiVersion, named);
    if (kind === undefined) throw new TypeError(`the simulated cluster knows no kind ${named}`);
    if (kind.namespaced && namespaceOf(object) === '') put(object, ['metadata', 'namespace'], 'default');
    fillDefaults(object);
    const present = world.store.get(kind, namespaceOf(object), nameOf(object));
    if (present === undefined) {
      put(object, ['metadata', 'uid'], undefined);
      admitNew(world, object);
      fillDefaults(object);
      return world.store.insert(kind, object);
    }
    const { metadata, status, ...rest } = present;
    const { metadata: wanted, status: told, ...content } = object;
    return world.store.replace(kind, { ...rest, ...content, status: told ?? status, metadata: { ...asTree(metadata), ...asTree(wanted) } });
  }
  for (const name of ['default', 'kube-node-lease', 'kube-public', 'kube-system', 'tocsin'])
    store({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  for (const object of roleObjects({ readerExecs: options.readerExecs ?? true })) store(object);
  for (const object of options.contents ?? []) store(object);
  engine.begin();

  return {
    world,
    faults,
    apply,
    catchUp: () => engine.catchUp(),
    requests: () => recorded,
    behave: (rule) => engine.behave(rule),
    programs: (...more) => void (programs = [...more, ...programs]),
    logs: (...more) => void (scripts = [...more, ...scripts]),
    usage: (next) => void (usageOf = next),
    remove(kind, { namespace = '', name }) {
      engine.catchUp();
      const found = world.store.get(kindNamed(kind), namespace, name);
      if (found !== undefined) world.store.remove(kindNamed(kind), found);
      engine.catchUp();
    },
    objects(kind, namespace) {
      engine.catchUp();
      return world.store.list(kindNamed(kind), namespace);
    },
    object(kind, { namespace = '', name }) {
      engine.catchUp();
      return world.store.get(kindNamed(kind), namespace, name);
    },
    onInstant(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async listen({ port = 0 } = {}) {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, '127.0.0.1', resolve);
      });
      void run();
      const { port: bound } = addressOf(server.address());
      const url = `http://127.0.0.1:${bound}`;
      return {
        url,
        token: tokens.admin,
        tokens,
        kubeconfig: (token = tokens.admin) => configText(url, token),
        kubectlConfig: (token = tokens.admin) => configText(`${url}/as/${token}`, token),
      };
    },
    async close() {
      stopping.abort();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function asTree(value: KubeObject[string]): Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

/** A server that listens on TCP has an address with a port. */
function addressOf(address: string | AddressInfo | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new TypeError('the simulated cluster does not listen');
  return address;
}

/** JSON is YAML as well. */
function configText(server: string, token: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'simulated', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'simulated', user: { token } }],
    contexts: [{ name: 'simulated', context: { cluster: 'simulated', user: 'simulated' } }],
    'current-context': 'simulated',
  });
}
