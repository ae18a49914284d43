import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jsonOfProtobuf } from '../../../src/simulator/kubernetes/api/protobuf.ts';
import { deployment, startCluster } from './support.ts';
import type { Running } from './support.ts';

let running: Running;

beforeEach(async () => {
  running = await startCluster([deployment('web')]);
  running.clock.advance(10_000);
});
afterEach(() => running.end());

/** Lines of a watch until one of them holds a text. */
async function linesUntil(path: string, text: string): Promise<readonly string[]> {
  const response = await fetch(running.access.url + path, { headers: { authorization: `Bearer ${running.access.token}` } });
  let got = '';
  for await (const chunk of response.body ?? []) {
    got += Buffer.from(chunk).toString('utf8');
    if (got.includes(text)) break;
  }
  return got.trim().split('\n');
}

describe('a watch', () => {
  it('that lists says when it has shown all that was there, which `rollout status` waits for', async () => {
    const query = 'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
    const lines = await linesUntil(`/apis/apps/v1/namespaces/default/deployments?${query}`, 'BOOKMARK');
    expect(lines.map((line) => /^{"type":"(\w+)"/.exec(line)?.[1])).toEqual(['ADDED', 'BOOKMARK']);
    expect(lines[1]).toContain('"k8s.io/initial-events-end":"true"');
  });

  it('ends when its time is over', async () => {
    const ended = linesUntil('/apis/apps/v1/namespaces/default/deployments?watch=true&timeoutSeconds=5', 'never');
    let isOver = false;
    void ended.then(() => (isOver = true));
    await expect.poll(() => (running.clock.advance(10_000), isOver)).toBe(true);
    expect((await ended)[0]).toMatch(/^{"type":"ADDED"/);
  });
});

describe('the binary form', () => {
  it('is read for the few kinds that kubectl sends in it', () => {
    const text = (field: number, value: string) => Buffer.concat([Buffer.from([field * 8 + 2, value.length]), Buffer.from(value)]);
    const message = (field: number, ...parts: readonly Buffer[]) => text(field, Buffer.concat(parts).toString('latin1'));
    const type = message(1, text(1, 'policy/v1'), text(2, 'Eviction'));
    const raw = message(2, message(1, text(1, 'web-1'), text(3, 'prod')), message(2, Buffer.from([8, 30]), text(5, 'All')));
    expect(JSON.parse(jsonOfProtobuf(Buffer.concat([Buffer.from('k8s\0'), type, raw])))).toEqual({
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name: 'web-1', namespace: 'prod' },
      deleteOptions: { gracePeriodSeconds: 30, dryRun: ['All'] },
    });
    const other = message(1, text(1, 'v1'), text(2, 'ConfigMap'));
    expect(() => jsonOfProtobuf(Buffer.concat([Buffer.from('k8s\0'), other]))).toThrow(/reads no ConfigMap/);
    expect(() => jsonOfProtobuf(Buffer.from('{}'))).toThrow(/in the form/);
  });
});
