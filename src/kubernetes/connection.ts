import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { Agent, type Dispatcher } from 'undici';
import { TocsinError } from '../kernel/errors.ts';

/** What TLS needs of a kubeconfig; the same material means that open connections can be used again. */
type TlsMaterial = Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'servername'>;

/** How to reach the server at this moment: its addresses, who we are (tokens are renewed by the configuration) and the open connections. */
export type Way = {
  /** The address of a path, query included, below whatever prefix the server's own address has. */
  urlOf: (path: string) => URL;
  headers: Readonly<Record<string, string>>;
  tls: TlsMaterial;
  dispatcher: Dispatcher;
};

export type Connection = { server: string; way(): Promise<Way>; close(): Promise<void> };

const connectMs = 10_000;
const headersMs = 60_000;

/** One pool of connections over a kubeconfig's authentication. The pool is made anew only when certificates change. */
export function createConnection(config: KubeConfig): Connection {
  const cluster = config.getCurrentCluster();
  if (cluster === null)
    throw new TocsinError('invalid', 'the kubeconfig has no current context with a cluster: set current-context, or name a context');
  const base = new URL(cluster.server).href.replace(/\/+$/, '');
  let pool: { key: string; agent: Agent } | undefined;

  async function way(): Promise<Way> {
    const options: RequestOptions = {};
    try {
      await config.applyToHTTPSOptions(options);
    } catch (cause) {
      throw new TocsinError('unavailable', `the credentials for ${cluster?.server ?? ''} could not be had, so nothing was sent`, { cause });
    }
    const { ca, cert, key, rejectUnauthorized, servername } = options;
    const tls: TlsMaterial = {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
      ...(servername === undefined ? {} : { servername }),
    };
    return { urlOf: (path) => new URL(base + path), headers: plainHeaders(options), tls, dispatcher: agentFor(tls) };
  }

  function agentFor(tls: TlsMaterial): Agent {
    const poolKey = [tls.ca, tls.cert, tls.key, tls.rejectUnauthorized, tls.servername].map(String).join('\n');
    if (pool?.key === poolKey) return pool.agent;
    const old = pool?.agent;
    pool = {
      key: poolKey,
      agent: new Agent({ connect: { ...tls, timeout: connectMs }, headersTimeout: headersMs, bodyTimeout: 0, connections: 32 }),
    };
    void old?.close();
    return pool.agent;
  }

  return {
    server: cluster.server,
    way,
    async close() {
      await pool?.agent.destroy();
      pool = undefined;
    },
  };
}

function plainHeaders(options: RequestOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (typeof value === 'string') headers[name] = value;
  }
  if (typeof options.auth === 'string') headers['Authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  return headers;
}
