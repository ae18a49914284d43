import { KubeConfig } from '@kubernetes/client-node';
import { TocsinError } from '../kernel/errors.ts';
import { createCluster, type ClusterClient } from './cluster.ts';

/**
 * Where the API server is and who we are: a kubeconfig file with one context for reading and one for changing (the current one when not named), or
 * the pod's own service account, with the token file of another account for changes.
 */
export type ClusterSource =
  | { type: 'kubeconfig'; path: string; readContext?: string; changeContext?: string }
  | { type: 'in-cluster'; changeTokenFile?: string }
  | { type: 'server'; url: string; token?: string; namespace?: string };

/** The same server with the rights of two accounts: the reader looks, the mutator previews and changes. */
export type Clusters = { reader: ClusterClient; mutator: ClusterClient };

export function loadClusters(source: ClusterSource): Clusters {
  switch (source.type) {
    case 'kubeconfig':
      return { reader: fromFile(source.path, source.readContext), mutator: fromFile(source.path, source.changeContext) };
    case 'in-cluster':
      return { reader: fromPod(undefined), mutator: fromPod(source.changeTokenFile) };
    case 'server': {
      const cluster = fromServer(source);
      return { reader: cluster, mutator: cluster };
    }
  }
}

function fromFile(path: string, context: string | undefined): ClusterClient {
  const config = new KubeConfig();
  try {
    config.loadFromFile(path);
  } catch (cause) {
    throw new TocsinError('invalid', `the kubeconfig ${path} cannot be read: give the path of a file that kubectl can use`, { cause });
  }
  if (context !== undefined) {
    if (config.getContextObject(context) === null) {
      const names = config.getContexts().map(({ name }) => name);
      throw new TocsinError(
        'invalid',
        `the kubeconfig ${path} has no context ${JSON.stringify(context)}: it has ${names.join(', ') || 'none'}`,
      );
    }
    config.setCurrentContext(context);
  }
  return createCluster(withPlainServers(config));
}

function fromPod(tokenFile: string | undefined): ClusterClient {
  const config = new KubeConfig();
  config.loadFromCluster();
  if (tokenFile !== undefined) {
    config.users = config.users.map((user) => ({ ...user, authProvider: { name: 'tokenFile', config: { tokenFile } } }));
  }
  return createCluster(config);
}

function fromServer(source: { url: string; token?: string; namespace?: string }): ClusterClient {
  const config = new KubeConfig();
  const { url, token, namespace } = source;
  config.loadFromOptions({
    clusters: [{ name: 'server', server: url }],
    users: [{ name: 'account', ...(token === undefined ? {} : { token }) }],
    contexts: [{ name: 'server', cluster: 'server', user: 'account', ...(namespace === undefined ? {} : { namespace }) }],
    currentContext: 'server',
  });
  return createCluster(withPlainServers(config));
}

/** The client insists that a server without TLS is marked as unverified, which it is. */
function withPlainServers(config: KubeConfig): KubeConfig {
  config.clusters = config.clusters.map((cluster) => (cluster.server.startsWith('http:') ? { ...cluster, skipTLSVerify: true } : cluster));
  return config;
}
