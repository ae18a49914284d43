import { z } from 'zod';
import { ApiError } from '../api-error.ts';
import { decoded } from '../blocks/accept.ts';
import type { Core } from '../core.ts';
import { inventSlackId } from '../identifiers.ts';
import type { StoredCanvas } from '../state/model.ts';
import { messageLimits } from '../tables/block-limits.ts';
import type { conversationsTable } from '../tables/conversations.ts';
import type { Args, Handlers, Result } from './handler.ts';
import { requireChannel } from './target.ts';

type CanvasMethod = 'conversations.canvases.create' | 'canvases.create' | 'canvases.edit';

const content = z.strictObject({ type: z.literal('markdown'), markdown: z.string() });

/** Section ids are not modelled: an edit of one section is refused like an unknown section. */
const change = z.discriminatedUnion('operation', [
  z.strictObject({ operation: z.literal('insert_at_start'), document_content: content }),
  z.strictObject({ operation: z.literal('insert_at_end'), document_content: content }),
  z.strictObject({ operation: z.literal('replace'), document_content: content }),
  z.strictObject({ operation: z.literal('rename'), title_content: content }),
]);

function readContent(given: unknown, error: string): string {
  const input = decoded(given, error);
  if (input === undefined || input === null) return '';
  const parsed = content.safeParse(input);
  if (!parsed.success) throw new ApiError(error);
  if (Buffer.byteLength(parsed.data.markdown) > messageLimits.canvasBytes) throw new ApiError(error);
  return parsed.data.markdown;
}

function create(core: Core, args: { title?: string | undefined; document_content?: unknown; error: string }): StoredCanvas {
  const canvas: StoredCanvas = {
    id: inventSlackId('F'),
    title: args.title ?? 'Untitled',
    markdown: readContent(args.document_content, args.error),
  };
  core.state.saveCanvas(canvas);
  return canvas;
}

function createStandalone(core: Core, args: Args<(typeof conversationsTable)['canvases.create']>): Result {
  if (core.plan === 'free' && args.channel_id === undefined) throw new ApiError('free_teams_cannot_create_standalone_canvases');
  return { canvas_id: create(core, { ...args, error: 'canvas_creation_failed' }).id };
}

function createInChannel(core: Core, args: Args<(typeof conversationsTable)['conversations.canvases.create']>): Result {
  const channel = core.state.channel(args.channel_id);
  if (channel === undefined) throw new ApiError('channel_canvas_creation_failed');
  requireChannel(core, channel.id);
  if (channel.canvas !== undefined) throw new ApiError('channel_canvas_already_exists');
  const canvas = create(core, { ...args, error: 'channel_canvas_creation_failed' });
  core.state.saveCanvas({ ...canvas, channel: channel.id });
  core.state.saveChannel({ ...channel, canvas: canvas.id });
  return { canvas_id: canvas.id };
}

function edited(canvas: StoredCanvas, edit: z.infer<typeof change>): StoredCanvas {
  switch (edit.operation) {
    case 'insert_at_start':
      return { ...canvas, markdown: `${edit.document_content.markdown}\n${canvas.markdown}` };
    case 'insert_at_end':
      return { ...canvas, markdown: `${canvas.markdown}\n${edit.document_content.markdown}` };
    case 'replace':
      return { ...canvas, markdown: edit.document_content.markdown };
    case 'rename':
      return { ...canvas, title: edit.title_content.markdown };
  }
}

function edit(core: Core, args: Args<(typeof conversationsTable)['canvases.edit']>): Result {
  const canvas = core.state.canvases.get(args.canvas_id);
  if (canvas === undefined) throw new ApiError('canvas_not_found');
  const changes = z.array(z.unknown()).safeParse(decoded(args.changes, 'invalid_arguments'));
  const [first, second] = changes.data ?? [];
  if (first === undefined || second !== undefined)
    throw new ApiError('invalid_arguments', ['exactly one change is allowed [json-pointer:/changes]']);
  const parsed = change.safeParse(first);
  if (!parsed.success) throw new ApiError('canvas_editing_failed');
  const after = edited(canvas, parsed.data);
  if (Buffer.byteLength(after.markdown) > messageLimits.canvasBytes) throw new ApiError('canvas_too_large');
  core.state.saveCanvas(after);
  return {};
}

export const canvasHandlers: Pick<Handlers<typeof conversationsTable>, CanvasMethod> = {
  'conversations.canvases.create': createInChannel,
  'canvases.create': createStandalone,
  'canvases.edit': edit,
};
