import type { HttpAnswer, HttpRequest } from '../../../src/doors/http-targets.ts';
import type { HttpOperation } from '../../../src/doors/operation.ts';
import type { PromqlRequest } from '../../../src/doors/prometheus-door.ts';
import type { Door, Session } from '../../../src/doors/session.ts';
import { createManualClock } from '../../../src/kernel/clock.ts';

type Reply = { status?: number; body?: string; headers?: [string, string][] };

/** A small outside: a Prometheus that answers to "prometheus:9090", and web hosts by their addresses. It keeps what it was asked. */
export function createOutside(pages: Readonly<Record<string, Reply | 'refused' | 'down'>> = {}) {
  const asked: Omit<PromqlRequest, 'signal'>[] = [];
  const requests: Pick<HttpRequest, 'method' | 'headers' | 'body'>[] = [];
  const changes: HttpOperation[] = [];
  const clock = createManualClock(new Date('2026-03-01T10:00:00Z'));
  const answer = (url: URL): HttpAnswer => {
    const reply = pages[url.href];
    if (reply === undefined || reply === 'refused')
      return { type: 'failed', exitCode: 6, message: `Could not resolve host: ${url.hostname}`, wasSent: false };
    if (reply === 'down') return { type: 'failed', exitCode: 28, message: 'Operation timed out after 1000 milliseconds', wasSent: true };
    const { status = 200, body = '', headers = [] } = reply;
    return { type: 'answered', status, statusText: status === 200 ? 'OK' : 'Other', headers, body, isCut: false };
  };
  const session: Session = {
    mode: 'read',
    prometheus: {
      answersTo: (url) => url.host === 'prometheus:9090',
      ask({ endpoint, promql, parameters }) {
        asked.push({ endpoint, promql, parameters });
        return Promise.resolve({ status: 200, body: '{"status":"success"}' });
      },
    },
    http: {
      refusal: (url) => Promise.resolve(pages[url.href] === 'refused' ? `${url.host} is not on the list` : undefined),
      request({ method, url, headers, body }) {
        requests.push({ method, headers, ...(body === undefined ? {} : { body }) });
        return Promise.resolve(answer(url));
      },
    },
    effects: {
      change: () => Promise.reject(new Error('no change is expected')),
      exec: () => Promise.reject(new Error('no exec is expected')),
      http(operation) {
        changes.push(operation);
        return Promise.resolve(answer(new URL(operation.url)));
      },
    },
    clock,
    classifyExec: () => ({ type: 'change', reason: 'the test says so' }),
    followMs: 60_000,
  };
  return { session, asked, requests, changes, clock };
}

/** Runs a door and gives what it wrote. */
export async function runDoor(door: Door, argv: readonly string[], context: { session: Session; stdin?: string }) {
  const said = { stdout: '', stderr: '' };
  const exitCode = await door.run(
    {
      argv,
      stdin: context.stdin ?? '',
      signal: new AbortController().signal,
      out: (text) => {
        said.stdout += text;
      },
      err: (text) => {
        said.stderr += text;
      },
    },
    context.session,
  );
  return { ...said, exitCode };
}
