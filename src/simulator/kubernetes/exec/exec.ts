import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../../kernel/clock.ts';
import { authorize } from '../api/authorize.ts';
import { readTarget } from '../api/call.ts';
import type { Call } from '../api/call.ts';
import { requireObject } from '../api/read.ts';
import { isEnded } from '../controllers/world.ts';
import type { World } from '../controllers/world.ts';
import { containerOf } from '../logs.ts';
import { ApiError, badRequest } from '../status.ts';
import { at, textAt, treesAt } from '../tree.ts';
import type { KubeObject } from '../tree.ts';
import type { Program } from './programs.ts';
import { runProgram } from './programs.ts';
import { acceptExec, channels } from './socket.ts';
import type { ExecSocket } from './socket.ts';

type Deps = {
  world: World;
  clock: Clock;
  programs: () => readonly Program[];
  /** Before and after a program has run. */ act: () => void;
  isLost: (call: Call) => boolean;
};
export type Upgrade = { request: IncomingMessage; socket: Duplex; call: Call };

/** Checks an exec request, answers the handshake and runs the program; throws ApiError before the handshake. */
export async function exec(deps: Deps, { request, socket, call }: Upgrade): Promise<void> {
  const { pod, container, argv } = check(deps.world, call);
  const channel = acceptExec(request, socket);
  if (channel === undefined) throw badRequest('the client offers no protocol that is spoken here');
  const stdin = call.query.get('stdin') === 'true' ? await channel.stdin() : '';
  deps.act();
  const { result, status } = await runProgram({ argv, pod, container, stdin, world: deps.world }, deps.programs());
  deps.act();
  if (result.durationMs !== undefined) await deps.clock.sleep(deps.world.duration(result.durationMs));
  finish(channel, { ...result, status: JSON.stringify(status), call }, deps.isLost(call));
}

function check(world: World, call: Call): { pod: KubeObject; container: string; argv: readonly string[] } {
  const target = readTarget(world, call.path);
  if (target.subresource !== 'exec') throw badRequest('Upgrade request required');
  const wish = { group: '', resource: 'pods/exec', namespace: target.namespace, name: target.name };
  authorize(world, call.user, { ...wish, verb: 'get' });
  // Kubernetes 1.35: an upgrade over GET needs the right to create as well.
  authorize(world, call.user, { ...wish, verb: 'create' });
  const pod = requireObject(world, target);
  const container = containerOf(call.query.get('container') ?? '', pod);
  if (isEnded(pod)) throw badRequest(`cannot exec in a stopped pod, current phase is ${textAt(pod, 'status', 'phase')}`);
  const status = treesAt(pod, 'status', 'containerStatuses').find((each) => each['name'] === container);
  if (at(status, 'state', 'running') === undefined)
    throw new ApiError(500, `unable to upgrade connection: container not found ("${container}")`, { reason: 'InternalError' });
  const argv = call.query.getAll('command');
  if (argv.length === 0) throw badRequest('you must specify at least 1 command for the container');
  return { pod, container, argv };
}

type End = { stdout?: string; stderr?: string; status: string; call: Call };

function finish(channel: ExecSocket, { stdout = '', stderr = '', status, call }: End, lost: boolean): void {
  if (stdout !== '' && call.query.get('stdout') !== 'false') channel.send(channels.stdout, stdout);
  if (stderr !== '' && call.query.get('stderr') !== 'false') channel.send(channels.stderr, stderr);
  if (lost) return channel.drop();
  channel.send(channels.status, status);
  channel.close();
}
