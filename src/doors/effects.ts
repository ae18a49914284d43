import { TocsinError } from '../kernel/errors.ts';
import type { Cluster } from './cluster.ts';
import type { HttpTargets } from './http-targets.ts';
import type { Effects } from './session.ts';

const requestMs = 30_000;
const answerBytes = 1_048_576;

/** Effects of a session that only reads: every operation is refused before anything is sent. */
export function createReadEffects(): Effects {
  const refuse = (what: string): never => {
    throw new TocsinError('forbidden', `Not run: ${what}, so it needs a plan and the approval of a second person`);
  };
  return {
    async change({ verb, target }) {
      return refuse(`"${verb}" changes ${target.kind} ${target.name}`);
    },
    async exec({ argv, pod }) {
      return refuse(`"${argv.join(' ')}" may change something in pod ${pod.name}`);
    },
    async http({ method, url }) {
      return refuse(`${method} ${new URL(url).host} may change something`);
    },
  };
}

/** Effects that send at once, for whoever runs scripts from an own terminal with own rights, and for tests. */
export function createDirectEffects(clients: { cluster?: Cluster; http: HttpTargets }): Effects {
  const needCluster = (): Cluster => {
    if (clients.cluster === undefined) throw new TocsinError('precondition', 'no cluster is configured, so nothing can be changed in it');
    return clients.cluster;
  };
  return {
    async change({ request }, { signal }) {
      const { contentType, body, ...rest } = request;
      return needCluster().request({
        ...rest,
        signal,
        ...(contentType === undefined ? {} : { contentType }),
        ...(body === undefined ? {} : { body }),
      });
    },
    async exec({ pod, container, argv, stdin }, { signal, onOutput }) {
      const target = { namespace: pod.namespace ?? 'default', pod: pod.name, container, argv };
      return needCluster().exec({ ...target, signal, onOutput, ...(stdin === undefined ? {} : { stdin }) });
    },
    async http({ method, url, headers, body }, { signal }) {
      const request = { method, url: new URL(url), headers, timeoutMs: requestMs, maxBytes: answerBytes, signal };
      return clients.http.request(body === undefined ? request : { ...request, body });
    },
  };
}
