import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../kernel/clock.ts';
import { describeError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { ApiReply, Call, Target, User } from './api/call.ts';
import type { UsageOf } from './api/metrics.ts';
import { jsonOfProtobuf, protobufType } from './api/protobuf.ts';
import { requireObject } from './api/read.ts';
import { route } from './api/route.ts';
import { watch } from './api/watch.ts';
import type { Engine } from './engine.ts';
import { exec } from './exec/exec.ts';
import type { Program } from './exec/programs.ts';
import type { FaultBox, FaultRequest } from './faults.ts';
import { logLines, logText, readLogQuery, written } from './logs.ts';
import type { LogScript } from './logs.ts';
import { ApiError, badRequest, conflict, forbidden, statusOf, tooLarge, tooManyRequests, unauthorized } from './status.ts';
import { isTree } from './tree.ts';

/** One request as it arrived, for tests. */
export type RecordedRequest = {
  method: string;
  path: string;
  query: string;
  contentType: string;
  body: string;
  user: string;
  status: number;
  /** False when it was lost, or refused, before anything could come of it. */
  isCarriedOut: boolean;
};

export type ServerDeps = {
  engine: Engine;
  clock: Clock;
  log: Log;
  faults: FaultBox;
  /** Undefined: nobody has this token. */
  userOf: (token: string) => User | undefined;
  record: (request: RecordedRequest) => void;
  programs: () => readonly Program[];
  logScripts: () => readonly LogScript[];
  usageOf: UsageOf;
};

const mostBodyBytes = 3 * 1024 * 1024;
const anonymous: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

/** The API server over HTTP: reads and authenticates requests, lets faults happen, and writes answers. */
export function createApiServer(deps: ServerDeps): Server {
  const server = createServer((request, response) => {
    answer(deps, request, response).catch((error: unknown) => {
      if (!(error instanceof ApiError)) deps.log.error({ error: describeError(error) }, 'the simulated cluster failed at a request');
      if (response.headersSent) response.destroy();
      else refuse(response, error);
    });
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => socket.destroy());
    upgrade(deps, request, socket).catch((error: unknown) => {
      const { code, text } = refusalOf(error);
      socket.end(
        `HTTP/1.1 ${code} Refused\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
      );
    });
  });
  return server;
}

async function upgrade(deps: ServerDeps, request: IncomingMessage, socket: Duplex): Promise<void> {
  const call = callOf(deps, request, '');
  const entry = { method: call.method, path: call.path, query: call.query.toString(), contentType: '', body: '', user: call.user.name };
  deps.engine.catchUp();
  deps.record({ ...entry, status: 101, isCarriedOut: true });
  const act = (): void => deps.engine.catchUp();
  const isLost = (): boolean => deps.faults.hits('execLost', asked(call)) !== undefined;
  await obstruct(deps, call);
  if (deps.faults.hits('dropBeforeApply', asked(call)) !== undefined) {
    socket.destroy();
    return;
  }
  await exec({ world: deps.engine.world, clock: deps.clock, programs: deps.programs, act, isLost }, { request, socket, call });
}

const asked = (call: Call): FaultRequest => ({
  method: call.method,
  path: call.path,
  dryRun: call.query.get('dryRun') === 'All' || /"dryRun":\s*\[\s*"All"/.test(call.body),
});

async function answer(deps: ServerDeps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  const call = callOf(deps, request, body);
  const entry = {
    method: call.method,
    path: call.path,
    query: call.query.toString(),
    contentType: call.contentType,
    body,
    user: call.user.name,
  };
  let isCarriedOut = false;
  response.on('close', () => deps.record({ ...entry, status: response.statusCode, isCarriedOut }));
  deps.engine.catchUp();
  await obstruct(deps, call);
  if (deps.faults.hits('dropBeforeApply', asked(call)) !== undefined) {
    response.destroy();
    return;
  }
  // What its client has given up is not carried out any more.
  if (request.socket.destroyed) return;
  isCarriedOut = true;
  const routed = route(deps.engine.world, call, deps.usageOf);
  if (routed.type === 'watch') return watch(deps.engine.world, { call, target: routed.target, clock: deps.clock }, response);
  if (routed.type === 'log') return sendLog(deps, { call, target: routed.target }, response);
  deps.engine.catchUp();
  afterwards(deps, call, { reply: routed.reply, response });
}

/** Faults that keep a request from being carried out. */
async function obstruct(deps: ServerDeps, call: Call): Promise<void> {
  const { faults } = deps;
  const request = asked(call);
  const delay = faults.hits('delay', request);
  if (delay !== undefined) await deps.clock.sleep(delay.ms);
  const busy = faults.hits('tooManyRequests', request);
  if (busy !== undefined) throw tooManyRequests(busy.retryAfterS);
  const failing = faults.hits('serverError', request);
  if (failing !== undefined) {
    if (failing.applied === true) route(deps.engine.world, call, deps.usageOf);
    throw new ApiError(500, 'Internal error occurred: etcdserver: request timed out', { reason: 'InternalError' });
  }
  if (faults.hits('conflict', request) !== undefined) {
    const [resource = '', name = ''] = call.path.split('/').slice(-2);
    throw conflict({ group: '', resource }, name);
  }
  const webhook = request.dryRun ? faults.hits('dryRunRefused', request) : undefined;
  if (webhook !== undefined) throw badRequest(`admission webhook "${webhook.webhook}" does not support dry run`);
}

/** Answers, unless a fault spoils the answer. */
function afterwards(deps: ServerDeps, call: Call, { reply, response }: { reply: ApiReply; response: ServerResponse }): void {
  const request = asked(call);
  if (deps.faults.hits('dropAfterApply', request) !== undefined) {
    response.destroy();
    return;
  }
  const text = textOf(reply);
  response.writeHead(reply.status, {
    'content-type': reply.contentType ?? 'application/json',
    'content-length': Buffer.byteLength(text),
    ...reply.headers,
  });
  if (deps.faults.hits('truncatedBody', request) === undefined) response.end(text);
  else response.write(text.slice(0, Math.floor(text.length / 2)), () => response.destroy());
}

const textOf = ({ body }: ApiReply): string => (isTree(body) ? JSON.stringify(body) : body);

function refusalOf(error: unknown): { code: number; text: string; headers: Readonly<Record<string, string>>; plain: boolean } {
  const refusal =
    error instanceof ApiError
      ? error
      : new ApiError(500, 'Internal error occurred: the simulated cluster failed', { reason: 'InternalError' });
  const { code, headers, plain } = refusal;
  return { code, headers, plain, text: plain ? refusal.message : JSON.stringify(statusOf(refusal)) };
}

function refuse(response: ServerResponse, error: unknown): void {
  const { code, text, headers, plain } = refusalOf(error);
  response.writeHead(code, { 'content-type': plain ? 'text/plain; charset=utf-8' : 'application/json', ...headers });
  response.end(text);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > mostBodyBytes) throw tooLarge(mostBodyBytes);
    chunks.push(bytes);
  }
  const all = Buffer.concat(chunks);
  return isBinary(request) && size > 0 ? jsonOfProtobuf(all) : all.toString('utf8');
}

/** kubectl sends no token over plain HTTP, so one may stand at the front of the path: /as/TOKEN/api/v1. */
function callOf(deps: ServerDeps, request: IncomingMessage, body: string): Call {
  const target = request.url ?? '/';
  const [, named, rest] = /^\/as\/([^/]+)(\/.*)?$/.exec(target) ?? [];
  const url = URL.parse(named === undefined ? target : (rest ?? '/'), 'http://simulated.invalid');
  if (url === null) throw badRequest('the path could not be read');
  const asking = whoAsks(deps, named ?? /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]);
  const user = impersonated(asking, request.headers['impersonate-user']);
  const path = url.pathname.length > 1 ? url.pathname.replace(/\/$/, '') : url.pathname;
  return { ...headersOf(request), method: request.method ?? 'GET', path, query: url.searchParams, body, user };
}

function isBinary({ headers }: IncomingMessage): boolean {
  return headers['content-type'] === protobufType;
}

function headersOf(request: IncomingMessage): Pick<Call, 'accept' | 'contentType'> {
  const { headers } = request;
  return { accept: headers.accept ?? '', contentType: isBinary(request) ? 'application/json' : (headers['content-type'] ?? '') };
}

/** An administrator may ask in somebody else's name. */
function impersonated(asking: User, name: string | string[] | undefined): User {
  if (typeof name !== 'string') return asking;
  if (asking.groups.includes('system:masters')) return { name, groups: ['system:authenticated'] };
  const why = `User "${asking.name}" cannot impersonate resource "users" in API group "" at the cluster scope`;
  throw forbidden({ group: '', resource: 'users' }, name, why);
}

function whoAsks(deps: ServerDeps, token: string | undefined): User {
  const user = token === undefined ? anonymous : deps.userOf(token);
  if (user === undefined) throw unauthorized();
  return user;
}

async function sendLog(deps: ServerDeps, { call, target }: { call: Call; target: Target }, response: ServerResponse): Promise<void> {
  const { world } = deps.engine;
  const look = () => {
    const pod = requireObject(world, target);
    const query = readLogQuery(call.query, pod, world.now());
    return { query, lines: logLines(pod, query, { scripts: deps.logScripts(), now: world.now() }) };
  };
  const { query, lines } = look();
  const text = logText(lines, query);
  if (call.query.get('follow') !== 'true')
    return afterwards(deps, call, { reply: { status: 200, body: text, contentType: 'text/plain' }, response });
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.write(text);
  let last = lines.at(-1)?.at ?? world.now().getTime();
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  while (!gone.signal.aborted) {
    await deps.clock.sleep(1000, gone.signal);
    deps.engine.catchUp();
    if (world.store.get(target.kind, target.namespace, target.name) === undefined) break;
    const from = last;
    const fresh = look().lines.filter((line) => line.at > from);
    for (const line of fresh) response.write(written(line, query));
    last = fresh.at(-1)?.at ?? last;
  }
  response.end();
}
