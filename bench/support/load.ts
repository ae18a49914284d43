import { z } from 'zod';
import { loadResult } from '../processes/protocol.ts';
import type { LoadOrder, LoadResult } from '../processes/protocol.ts';
import { startHelper } from './processes.ts';
import type { Bench } from './processes.ts';
import { webhookToken } from './servers.ts';

/** Sends alerts from a process of its own. */
export type Load = { pid: number; send(order: Omit<LoadOrder, 'token'>): Promise<LoadResult> };

export async function startLoad(bench: Bench): Promise<Load> {
  const helper = await startHelper(bench, { file: 'load.ts', ready: z.object({ ready: z.literal(true) }) });
  return { pid: helper.pid, send: (order) => helper.ask({ ...order, token: webhookToken } satisfies LoadOrder, loadResult) };
}
