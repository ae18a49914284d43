import type { JsonObject } from '../../../kernel/json.ts';
import { numberAt, objectsAt, textAt } from '../json-fields.ts';
import type { Verb } from '../verb.ts';

/** The addresses of the control plane and of services that say they belong to the cluster. */
export const clusterInfo: Verb = {
  name: 'cluster-info',
  flags: [],
  effect: (call) =>
    call.args[0] === 'dump'
      ? { type: 'manual', reason: 'it prints everything that the cluster holds', fix: 'Ask for what is needed with get or describe.' }
      : { type: 'read' },
  needs: (call) => [{ apiGroup: '', resource: 'services', verb: 'list', namespace: call.namespace ?? 'kube-system', for: 'read' }],
  async run(call, { api, session, out }) {
    const server = session.cluster?.server ?? '';
    const services = await api.list(await api.typeOf('services'), {
      namespace: call.namespace ?? 'kube-system',
      labelSelector: 'kubernetes.io/cluster-service=true',
    });
    out(`Kubernetes control plane is running at ${server}\n`);
    for (const service of services) {
      const name = textAt(service, 'metadata', 'labels', 'kubernetes.io/name') || textAt(service, 'metadata', 'name');
      out(`${name} is running at ${linkOf(service, server)}\n`);
    }
    out("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n");
    return 0;
  },
};

function linkOf(service: JsonObject, server: string): string {
  const [ingress] = objectsAt(service, 'status', 'loadBalancer', 'ingress');
  const ports = objectsAt(service, 'spec', 'ports');
  if (ingress !== undefined) {
    const host = textAt(ingress, 'ip') || textAt(ingress, 'hostname');
    return ports.map((port) => `http://${host}:${numberAt(port, 'port')} `).join('');
  }
  const [port] = ports;
  const name = textAt(service, 'metadata', 'name');
  return `${server}/api/v1/namespaces/${textAt(service, 'metadata', 'namespace')}/services/${port === undefined ? name : proxyName(name, port)}/proxy`;
}

function proxyName(name: string, port: JsonObject): string {
  const portName = textAt(port, 'name');
  const isSecure = portName === 'https' || numberAt(port, 'port') === 443;
  if (isSecure) return `https:${name}:${portName}`;
  return portName === '' ? name : `${name}:${portName}`;
}
