import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { TocsinError } from '../../../kernel/errors.ts';
import { perform, type Stage } from '../acts.ts';
import type { FaultChange } from '../faults.ts';
import type { PageAct, PageState } from '../page-contract.ts';
import type { WorkspaceChange } from '../state/changes.ts';
import { jsonAnswer, sendAnswer, textAnswer } from './answer.ts';
import { pageRefusal } from './page-guard.ts';
import { readBody } from './request-body.ts';

const input = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), value: z.string() }),
  z.object({ type: z.literal('option'), value: z.string().nullable() }),
  z.object({ type: z.literal('options'), values: z.array(z.string()) }),
  z.object({ type: z.literal('user'), value: z.string().nullable() }),
]);
const element = { as: z.string(), blockId: z.string(), actionId: z.string() };
const choice = { value: z.string().exactOptional(), selected: z.string().exactOptional() };

const pageAct: z.ZodType<PageAct> = z.discriminatedUnion('act', [
  z.object({ act: z.literal('say'), as: z.string(), channel: z.string(), text: z.string(), threadTs: z.string().exactOptional() }),
  z.object({ act: z.literal('press'), channel: z.string(), ts: z.string(), ...element, ...choice }),
  z.object({ act: z.literal('submit'), as: z.string(), viewId: z.string(), values: z.record(z.string(), z.record(z.string(), input)) }),
  z.object({ act: z.literal('close'), as: z.string(), viewId: z.string() }),
  z.object({ act: z.literal('view_press'), viewId: z.string(), ...element, ...choice }),
  z.object({ act: z.literal('fire'), as: z.string(), sample: z.string() }),
  z.object({ act: z.literal('resolve'), as: z.string(), sample: z.string() }),
]);

const mostBytes = 1024 * 1024;

/** What the page's backend needs beside the stage. */
export type PageBackend = {
  stage: Stage;
  state(): PageState;
  onChange(listener: (change: WorkspaceChange) => void): () => void;
};

async function readJson(request: IncomingMessage): Promise<unknown> {
  const body = await readBody(request, mostBytes);
  if (body === undefined) throw new TocsinError('invalid', 'the body is too large');
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new TocsinError('invalid', 'the body is not JSON');
  }
}

function follow(backend: PageBackend, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  response.write(': following\n\n');
  const stop = backend.onChange((change) => {
    // Home views and canvases are for tests; the page does not draw them.
    if (change.type !== 'home' && change.type !== 'canvas') response.write(`data: ${JSON.stringify(change)}\n\n`);
  });
  response.on('close', stop);
}

async function act(backend: PageBackend, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const parsed = pageAct.safeParse(await readJson(request));
  if (!parsed.success) return sendAnswer(response, jsonAnswer({ ok: false, error: z.prettifyError(parsed.error) }, {}, 400));
  sendAnswer(response, jsonAnswer(await perform(backend.stage, parsed.data)));
}

async function faults(backend: PageBackend, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const control = backend.stage.core.faults;
  try {
    // The control checks the settings itself, so that tests in this process get the same refusals.
    if (request.method === 'POST') control.set((await readJson(request)) as FaultChange);
    sendAnswer(response, jsonAnswer(control.current()));
  } catch (error) {
    if (!(error instanceof TocsinError)) throw error;
    sendAnswer(response, jsonAnswer({ error: error.message }, {}, 400));
  }
}

/** Answers `/sim/…`: state, events, acts and faults. */
export async function answerPage(backend: PageBackend, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const refusal = pageRefusal(request);
  if (refusal !== undefined) return sendAnswer(response, textAnswer(403, refusal));
  const [path = ''] = (request.url ?? '').split('?', 1);
  switch (`${request.method} ${path}`) {
    case 'GET /sim/state':
      return sendAnswer(response, jsonAnswer(backend.state(), { 'cache-control': 'no-store' }));
    case 'GET /sim/events':
      return follow(backend, response);
    case 'POST /sim/act':
      return act(backend, request, response);
    case 'GET /sim/faults':
    case 'POST /sim/faults':
      return faults(backend, request, response);
    default:
      return sendAnswer(response, textAnswer(404, 'not found'));
  }
}
