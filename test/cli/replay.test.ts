import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../../src/cli/cli-command.ts';
import { replay } from '../../src/cli/replay.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { firing, webhookBody } from '../alerts/support/payload.ts';
import { exampleDelivery, exampleOutboxMessage, exampleStart } from '../support/examples.ts';
import { runCommand } from './terminal.ts';

describe('tocsin replay', () => {
  let folder: string;
  let url: string;
  /** The bot's own handle on the store, which stays open. */
  let store: Store;
  const run = (...args: string[]) => runCommand(replay, args, { env: { STORE_URL: url } });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-replay-'));
    url = `file:${join(folder, 'tocsin.db')}`;
    store = await openStore(url, { log: silentLog });
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  async function park(...ids: readonly string[]): Promise<void> {
    const body = webhookBody([firing({ name: 'QueueOverflow' })]);
    for (const id of ids)
      await store.deliveries.append(exampleDelivery({ id, body, state: 'parked', outcome: 'failed 5 times:\na defect' }));
  }

  const statesOf = async (...ids: readonly string[]) => Promise.all(ids.map(async (id) => (await store.deliveries.get(id))?.state));

  it('lists what is parked, one a line, and changes nothing', async () => {
    await park('dlv_1', 'dlv_2');
    const { exitCode, stdout, stderr } = await run();
    expect(exitCode).toBe(0);
    expect(stdout.split('\n')).toEqual([
      `dlv_2\t${exampleStart}\ttocsin\tQueueOverflow\tfailed 5 times: a defect`,
      `dlv_1\t${exampleStart}\ttocsin\tQueueOverflow\tfailed 5 times: a defect`,
      '',
    ]);
    expect(stderr).toBe('2 parked. Try all of them again with --all, or name them.\n');
    expect(await statesOf('dlv_1', 'dlv_2')).toEqual(['parked', 'parked']);
  });

  it('has the named ones tried again while the bot has the store open', async () => {
    await park('dlv_1', 'dlv_2');
    expect(await run('dlv_2')).toMatchObject({ exitCode: 0, stdout: 'dlv_2\n' });
    expect(await statesOf('dlv_1', 'dlv_2')).toEqual(['parked', 'waiting']);
    const request = { now: '9999-01-01T00:00:00.000Z' as typeof exampleStart, lease: { owner: 'bot', until: exampleStart }, limit: 9 };
    expect(await store.deliveries.claim(request)).toMatchObject([
      { id: 'dlv_2', outcome: 'to be tried again, asked for by tocsin replay' },
    ]);
  });

  it('ends with 1 when one of the named is not parked, and tries the others again', async () => {
    await park('dlv_1');
    await store.deliveries.append(exampleDelivery({ id: 'dlv_3', state: 'done' }));
    const { exitCode, stdout, stderr } = await run('dlv_3', 'dlv_1', 'dlv_9', 'dlv_1');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: 'dlv_1\n' });
    expect(stderr).toContain('dlv_3 is no parked delivery (any more).');
    expect(stderr).toContain('dlv_9 is no parked delivery (any more).');
    expect(await statesOf('dlv_1', 'dlv_3')).toEqual(['waiting', 'done']);
  });

  it('has all of them tried again, more than one page, and nothing the second time', async () => {
    const ids = Array.from({ length: 205 }, (_, index) => `dlv_${1000 + index}`);
    await Promise.all(ids.map((id) => store.deliveries.append(exampleDelivery({ id, state: 'parked' }))));
    expect((await run('--all')).stdout.trim().split('\n')).toEqual(ids);
    expect(await store.deliveries.counts()).toMatchObject({ waiting: 205, parked: 0 });
    const again = await run('--all');
    expect(again).toMatchObject({ exitCode: 0, stdout: '' });
    expect(again.stderr).toContain('0 wait again');
  });

  it('does the same for messages that were given up, the root before its reply', async () => {
    const reply = { key: 'reply', parentKey: 'root', order: '0002', view: { type: 'entry', seq: 2, broadcast: false } } as const;
    await store.outbox.want([
      exampleOutboxMessage({ key: 'root', state: 'dead', attempts: 3, plain: true, problem: 'invalid\nblocks' }),
      exampleOutboxMessage({ ...reply, state: 'dead', problem: 'the thread could not be opened' }),
      exampleOutboxMessage({ key: 'fine', state: 'idle' }),
    ]);
    expect((await run('--messages')).stdout).toBe('root\tincidents\tinvalid blocks\nreply\tincidents\tthe thread could not be opened\n');
    expect(await run('--messages', 'reply')).toMatchObject({ exitCode: 0, stdout: 'root\nreply\n' });
    const root = await store.outbox.get('root');
    expect(root).toMatchObject({ state: 'due', attempts: 0, version: 2, problem: '' });
    expect(root).not.toHaveProperty('plain');
    expect(await store.outbox.get('reply')).toMatchObject({ state: 'due', version: 2 });
    expect(await run('--messages', 'fine')).toMatchObject({ exitCode: 1, stdout: '' });
    expect(await run('--messages', '--all')).toMatchObject({ exitCode: 0, stdout: '' });
  });

  it('says what is wrong with its arguments', async () => {
    await expect(run('--all', 'dlv_1')).rejects.toThrow(UsageError);
    await expect(run('--dead')).rejects.toThrow(UsageError);
  });
});
