import type { KubeConfig } from '@kubernetes/client-node';
import type { Cluster } from '../doors/cluster.ts';
import { createConnection } from './connection.ts';
import { execInPod } from './exec.ts';
import { sendRequest } from './request.ts';

/** A Cluster whose connections can be closed. */
export type ClusterClient = Cluster & { close(): Promise<void> };

/** The Cluster port over a kubeconfig's current context. Connections are kept and used again; nothing is sent before it is asked for. */
export function createCluster(config: KubeConfig): ClusterClient {
  const connection = createConnection(config);
  const namespace = config.getContextObject(config.getCurrentContext())?.namespace;
  return {
    server: connection.server,
    namespace: namespace === undefined || namespace === '' ? 'default' : namespace,
    request: (request) => sendRequest(connection, request),
    exec: (request) => execInPod(connection, request),
    close: () => connection.close(),
  };
}
