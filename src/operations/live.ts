import type { Cluster } from '../doors/cluster.ts';
import type { ChangeOperation } from '../doors/operation.ts';
import { TocsinError } from '../kernel/errors.ts';
import type { Json } from '../kernel/json.ts';
import { readBody, statusMessage } from './answer.ts';

/** The path of the object itself, without a subresource such as `/scale`. */
function objectPath({ request, subresource }: ChangeOperation): string {
  const [path = request.path] = request.path.split('?');
  return subresource !== undefined && path.endsWith(`/${subresource}`) ? path.slice(0, -subresource.length - 1) : path;
}

/** The object of an operation as it is now; undefined when it is gone. Throws TocsinError `unavailable` when that cannot be found out. */
export async function readLive(cluster: Cluster, operation: ChangeOperation, signal: AbortSignal): Promise<Json | undefined> {
  const answer = await cluster.request({ method: 'GET', path: objectPath(operation), signal });
  if (answer.status === 404) return undefined;
  if (answer.status >= 300) throw new TocsinError('unavailable', `The object cannot be read: ${statusMessage(answer)}`);
  return readBody(answer.body);
}
