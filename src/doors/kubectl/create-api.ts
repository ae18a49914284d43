import { z } from 'zod';
import type { JsonObject } from '../../kernel/json.ts';
import type { Cluster, ClusterAnswer } from '../cluster.ts';
import type { Session } from '../session.ts';
import type { Api, Listing, ResourceType } from './api.ts';
import { discover, type DiscoveredType } from './discovery.ts';
import { KubectlError, refusalError, statusError } from './kubectl-error.ts';
import { matchType } from './match-type.ts';
import { checkedName, checkedNamespace } from './names.ts';
import { readResourceArgs, resolveArgs } from './resource-args.ts';

/** What one call asks with: the session's cluster and effects, and where the server's warnings go. */
export type ApiOptions = {
  program: 'kubectl' | 'oc';
  cluster: Cluster;
  session: Pick<Session, 'effects' | 'clock'>;
  signal: AbortSignal;
  out: (text: string) => void;
  err: (text: string) => void;
};

const pageSize = 500;
const freshMs = 600_000;

/** An object of any kind: nothing of it is known but that it is one. */
const objectSchema = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
const pageSchema = z.object({ metadata: z.object({ continue: z.string().default('') }).default({ continue: '' }) });
const listSchema = z.object({
  kind: z.string().default('List'),
  apiVersion: z.string().default('v1'),
  items: z.array(objectSchema).nullish(),
});

/** The objects of a list, each with the kind and version that the server leaves out of them. */
export function readItems(body: string): readonly JsonObject[] {
  const { kind, apiVersion, items } = listSchema.parse(JSON.parse(body));
  return (items ?? []).map((item) => ({ kind: kind.replace(/List$/, ''), apiVersion, ...item }));
}

/** kubectl: a list that the server refuses as wrong or missing is told with what was looked for. */
function withListing(error: unknown, type: ResourceType, { labelSelector = '', fieldSelector = '' }: Listing): unknown {
  if (!(error instanceof KubectlError) || error.status === undefined || !['BadRequest', 'NotFound'].includes(error.status.reason))
    return error;
  const subject = JSON.stringify(`${type.group}/${type.version}, Resource=${type.resource}`);
  const what =
    labelSelector === '' && fieldSelector === ''
      ? `Unable to list ${subject}`
      : `Unable to find ${subject} that match label selector ${JSON.stringify(labelSelector)}, field selector ${JSON.stringify(fieldSelector)}`;
  return statusError({ ...error.status, message: `${what}: ${error.status.message}` });
}

/** The server's types as one client saw them last. */
type Known = { types: Promise<readonly DiscoveredType[]>; atMs: number };
const knownByCluster = new WeakMap<Cluster, Known>();

/** The parts of the API that verbs with needs of their own use besides `Api`: all types, the expansion of "all", and answers as they came. */
export type WideApi = Api & {
  /** All types, asked anew: those of a group in its order of versions, the preferred one first. */
  currentTypes(): Promise<readonly DiscoveredType[]>;
  /** Types for words that may be a category ("all") or a list. */
  typesOf(words: readonly string[]): Promise<readonly ResourceType[]>;
  /** One object in the form that is asked for; when its namespace is missing, that is the error. */
  fetch(type: ResourceType, at: { namespace: string; name: string; subresource?: string }, options?: ReadOptions): Promise<ClusterAnswer>;
  /** The pages of a collection in the form that is asked for. A limit of 0 asks for all at once. */
  pages(
    type: ResourceType,
    at: { namespace: string | undefined } & Listing,
    options?: ReadOptions & { limit?: number },
  ): AsyncGenerator<ClusterAnswer>;
};

type ReadOptions = { query?: Readonly<Record<string, string>>; accept?: string };

export function createApi(options: ApiOptions): WideApi {
  const { cluster, session, signal } = options;

  async function allTypes(fresh = false): Promise<readonly DiscoveredType[]> {
    const nowMs = session.clock.now().getTime();
    const known = knownByCluster.get(cluster);
    // Who asked first may have been stopped meanwhile, which is no answer for the others that wait for it.
    if (!fresh && known !== undefined && nowMs - known.atMs < freshMs) return known.types.catch(() => allTypes(true));
    const asked: Known = { types: discover(cluster, signal), atMs: nowMs };
    knownByCluster.set(cluster, asked);
    asked.types.catch(() => knownByCluster.get(cluster) === asked && knownByCluster.delete(cluster));
    return asked.types;
  }

  /** A type that is missing may have been installed since: then the server is asked anew, once. */
  async function typeOf(word: string): Promise<ResourceType> {
    const before = knownByCluster.get(cluster);
    const found = matchType(word, await allTypes());
    if (found !== undefined) return found;
    const again = before === undefined ? undefined : matchType(word, await allTypes(true));
    if (again !== undefined) return again;
    throw new KubectlError(`the server doesn't have a resource type ${JSON.stringify(word.split('.')[0] ?? '')}`);
  }

  async function typesOf(words: readonly string[]): Promise<readonly ResourceType[]> {
    const types: ResourceType[] = [];
    for (const word of words) {
      const inCategory = (await allTypes()).filter((type) => type.isPreferred && type.categories.includes(word));
      types.push(...(inCategory.length > 0 ? inCategory : [await typeOf(word)]));
    }
    return types.filter((type, place) => types.indexOf(type) === place);
  }

  async function read(path: string, request: { query?: Readonly<Record<string, string>>; accept?: string } = {}): Promise<ClusterAnswer> {
    const answer = await cluster.request({
      method: 'GET',
      path,
      signal,
      ...(request.query === undefined ? {} : { query: request.query }),
      accept: request.accept ?? 'application/json',
    });
    for (const warning of answer.warnings) options.err(`Warning: ${warning}\n`);
    if (answer.status >= 400) throw refusalError(answer, { method: 'GET' });
    return answer;
  }

  const fetch: WideApi['fetch'] = async (type, at, request) => {
    try {
      return await read(pathOf(type, at), request);
    } catch (error) {
      throw await orMissingNamespace(error, type, at.namespace);
    }
  };

  async function get(type: ResourceType, at: { namespace: string; name: string }): Promise<JsonObject> {
    return objectSchema.parse(JSON.parse((await fetch(type, at)).body));
  }

  /** kubectl: when an object is missing and its namespace too, the namespace is what it reports. */
  async function orMissingNamespace(error: unknown, type: ResourceType, namespace: string): Promise<unknown> {
    if (!(error instanceof KubectlError) || error.status?.reason !== 'NotFound' || !type.namespaced || namespace === 'default')
      return error;
    try {
      await read(`/api/v1/namespaces/${encodeURIComponent(namespace)}`);
    } catch (missing) {
      if (missing instanceof KubectlError && missing.status?.reason === 'NotFound') return missing;
    }
    return error;
  }

  async function* pages(...[type, at, request = {}]: Parameters<WideApi['pages']>): AsyncGenerator<ClusterAnswer> {
    const { limit = pageSize, query: more, ...form } = request;
    const query: Record<string, string> = { ...selectors(at), ...more, ...(limit > 0 ? { limit: String(limit) } : {}) };
    for (;;) {
      const answer = await readPage(type, at, { ...form, query });
      yield answer;
      const next = pageSchema.parse(JSON.parse(answer.body)).metadata.continue;
      if (next === '') return;
      query['continue'] = next;
    }
  }

  async function readPage(
    type: ResourceType,
    at: { namespace: string | undefined } & Listing,
    request: ReadOptions,
  ): Promise<ClusterAnswer> {
    try {
      return await read(pathOf(type, at.namespace === undefined ? {} : { namespace: at.namespace }), request);
    } catch (error) {
      throw withListing(error, type, at);
    }
  }

  async function list(type: ResourceType, at: { namespace: string | undefined } & Listing): Promise<readonly JsonObject[]> {
    const items: JsonObject[] = [];
    for await (const answer of pages(type, at)) items.push(...readItems(answer.body));
    return items;
  }

  async function change(operation: Parameters<Api['change']>[0]): Promise<JsonObject> {
    const onOutput = (stream: 'stdout' | 'stderr', text: string): void => (stream === 'stdout' ? options.out(text) : options.err(text));
    const answer = await session.effects.change(operation, { signal, onOutput });
    for (const warning of answer.warnings) options.err(`Warning: ${warning}\n`);
    if (answer.status >= 400) throw refusalError(answer, { method: operation.request.method });
    return answer.body === '' ? {} : objectSchema.parse(JSON.parse(answer.body));
  }

  return {
    typeOf,
    typesOf,
    currentTypes: () => allTypes(true),
    async named(args) {
      return resolveArgs(readResourceArgs(args, options.program), { one: typeOf, all: typesOf });
    },
    pathOf,
    get,
    list,
    read,
    change,
    fetch,
    pages,
  };
}

function selectors(at: { labelSelector?: string; fieldSelector?: string }): Record<string, string> {
  return {
    ...(at.labelSelector === undefined || at.labelSelector === '' ? {} : { labelSelector: at.labelSelector }),
    ...(at.fieldSelector === undefined || at.fieldSelector === '' ? {} : { fieldSelector: at.fieldSelector }),
  };
}

/** Each part is one percent-encoded segment, and no name can leave its own. */
export function pathOf(type: ResourceType, at: { namespace?: string; name?: string; subresource?: string }): string {
  const base = type.group === '' ? ['api', type.version] : ['apis', type.group, type.version];
  const place = type.namespaced && at.namespace !== undefined && at.namespace !== '' ? ['namespaces', checkedNamespace(at.namespace)] : [];
  const name = at.name === undefined ? [] : [checkedName(at.name, `${type.singular === '' ? type.resource : type.singular} name`)];
  const subresource = at.subresource === undefined ? [] : at.subresource.split('/').map((part) => checkedName(part, 'subresource'));
  return `/${[...base, ...place, type.resource, ...name, ...subresource].map(encodeSegment).join('/')}`;
}

/** Names of RBAC objects hold colons, which are allowed in a segment. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replaceAll('%3A', ':');
}
