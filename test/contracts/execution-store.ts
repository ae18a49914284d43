import { describe, expect, test } from 'vitest';
import type { ExecutionDocument } from '../../src/executions/document.ts';
import type { ExecutionId } from '../../src/incidents/execution.ts';
import { after, exampleExecutionDocument, exampleExecutionId } from '../support/execution-examples.ts';
import type { StoreUnderTest } from './store.ts';

export function describeExecutionStore(underTest: StoreUnderTest): void {
  describe('executions', () => describeExecutions(underTest));
  describe('locks', () => describeLocks(underTest));
}

function describeExecutions({ store, handles }: StoreUnderTest): void {
  test('are kept whole, the names of labels and annotations included', async () => {
    const document = exampleExecutionDocument();
    expect(await store().executions.insert(document)).toBe(true);
    expect(await store().executions.get(document.id)).toEqual(document);
  });

  test('an id is inserted once', async () => {
    const [one, other] = await handles();
    const inserts = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? one : other).executions.insert(exampleExecutionDocument()));
    expect((await Promise.all(inserts)).filter(Boolean)).toHaveLength(1);
  });

  test('a replacement needs the expected version, and of many at once exactly one wins', async () => {
    const [one, other] = await handles();
    const first = exampleExecutionDocument();
    const next = (fence: number): ExecutionDocument => ({ ...first, version: 2, fence });
    expect(await one.executions.replace(next(0), 1)).toBe(false);
    await one.executions.insert(first);
    const wins = await Promise.all(
      Array.from({ length: 30 }, (_, index) => (index % 2 === 0 ? one : other).executions.replace(next(index), 1)),
    );
    expect(wins.filter(Boolean)).toHaveLength(1);
    expect(await other.executions.get(first.id)).toEqual(next(wins.indexOf(true)));
    await expect(one.executions.replace({ ...first, version: 9 }, 2)).rejects.toMatchObject({ code: 'internal' });
  });

  test('are listed by age without their content, page by page, and removed for good', async () => {
    const { executions } = store();
    const made = [
      ['c', 30],
      ['a', 10],
      ['b', 10],
      ['d', 40],
    ] as const;
    for (const [name, seconds] of made)
      await executions.insert(exampleExecutionDocument({ id: exampleExecutionId(name), createdAt: after(seconds) }));
    const ids = (list: readonly { id: ExecutionId }[]) => list.map(({ id }) => id);
    const first = await executions.listMadeBefore(after(40), { limit: 2 });
    expect(ids(first)).toEqual(['a', 'b']);
    const { incidentId } = exampleExecutionDocument();
    expect(first[1]).toEqual({ id: 'b', incidentId, createdAt: after(10) });
    const [, last] = first;
    expect(ids(await executions.listMadeBefore(after(40), { limit: 2, ...(last === undefined ? {} : { after: last }) }))).toEqual(['c']);
    expect(ids(await executions.listMadeBefore(after(10), { limit: 2 }))).toEqual([]);

    const asked = ['a', 'd', 'nobody'].map(exampleExecutionId);
    expect([...(await executions.known(asked))].toSorted()).toEqual(['a', 'd']);
    expect(await executions.remove(asked)).toBe(2);
    expect(await executions.remove(asked)).toBe(0);
    expect(await executions.known(asked)).toEqual([]);
    expect(await executions.known([])).toEqual([]);
    expect(await executions.get(exampleExecutionId('a'))).toBeUndefined();
    expect(ids(await executions.listMadeBefore(after(99), { limit: 9 }))).toEqual(['b', 'c']);
  });

  test('what is not there is undefined, and what could not be read back is not stored', async () => {
    expect(await store().executions.get(exampleExecutionId('exe_9'))).toBeUndefined();
    const broken = { ...exampleExecutionDocument(), journal: [{ index: -1, state: 'sent' as const, at: after(0) }] };
    await expect(store().executions.insert(broken)).rejects.toMatchObject({ code: 'internal' });
  });
}

function describeLocks({ store, handles }: StoreUnderTest): void {
  const lock = (holder: string, seconds = { now: 0, until: 60 }) => ({
    key: 'apps/deployments/video.processing/gpu-worker',
    holder: exampleExecutionId(holder),
    label: `INC-1 ${holder}`,
    now: after(seconds.now),
    until: after(seconds.until),
  });
  const holderOf = ({ holder }: { holder: ExecutionId }) => holder;

  test('belong to one until they lapse or are freed, and may be renewed', async () => {
    const { locks } = store();
    expect(holderOf(await locks.lock(lock('a')))).toBe('a');
    expect(await locks.lock(lock('b', { now: 59, until: 120 }))).toMatchObject({ holder: 'a', label: 'INC-1 a', until: after(60) });
    expect(await locks.lock(lock('a', { now: 59, until: 90 }))).toMatchObject({ holder: 'a', until: after(90) });
    expect(holderOf(await locks.lock(lock('b', { now: 89, until: 120 })))).toBe('a');
    expect(holderOf(await locks.lock(lock('b', { now: 90, until: 120 })))).toBe('b');
    await locks.unlock(lock('a').key, exampleExecutionId('a'));
    expect(holderOf(await locks.lock(lock('a', { now: 91, until: 120 })))).toBe('b');
    await locks.unlock(lock('a').key, exampleExecutionId('b'));
    await locks.unlock(lock('a').key, exampleExecutionId('b'));
    expect(holderOf(await locks.lock(lock('a', { now: 91, until: 120 })))).toBe('a');
  });

  test('of many who ask at once exactly one gets it', async () => {
    const [one, other] = await handles();
    const asked = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const mine = lock(`e${index}`);
        return holderOf(await (index % 2 === 0 ? one : other).locks.lock(mine)) === mine.holder;
      }),
    );
    expect(asked.filter(Boolean)).toHaveLength(1);
  });
}
