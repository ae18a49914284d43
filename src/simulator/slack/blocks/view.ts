import { z } from 'zod';
import { ApiError, refuse } from '../api-error.ts';
import { blockLimits, messageLimits } from '../tables/block-limits.ts';
import { decoded } from './accept.ts';
import { viewBlocks } from './block.ts';
import { problemText, problemsOf } from './problems.ts';
import { limitedText, plainText } from './text.ts';
import { duplicateIds } from './unique.ts';

const shared = {
  blocks: viewBlocks,
  private_metadata: limitedText(blockLimits.view.private_metadata).default(''),
  callback_id: limitedText(blockLimits.view.callback_id).default(''),
  external_id: limitedText(blockLimits.view.callback_id).default(''),
};

const modal = z
  .strictObject({
    type: z.literal('modal'),
    ...shared,
    title: plainText(blockLimits.view.title),
    submit: plainText(blockLimits.view.submit).optional(),
    close: plainText(blockLimits.view.close).optional(),
    clear_on_close: z.boolean().default(false),
    notify_on_close: z.boolean().default(false),
    submit_disabled: z.boolean().default(false),
  })
  .refine((view) => view.submit !== undefined || view.blocks.every((block) => block.type !== 'input'), {
    message: 'must be present when blocks contain an input',
    path: ['submit'],
  });

const home = z.strictObject({ type: z.literal('home'), ...shared });

export type ModalView = z.infer<typeof modal>;
export type HomeView = z.infer<typeof home>;

/** A modal or Home view as Slack would keep it. Slack answers `invalid_arguments` for what it would call invalid blocks in a message. */
export function acceptView(given: unknown, type: 'modal'): ModalView;
export function acceptView(given: unknown, type: 'home'): HomeView;
export function acceptView(given: unknown, type: 'modal' | 'home'): ModalView | HomeView {
  const input = decoded(given, 'invalid_arguments');
  if (Buffer.byteLength(JSON.stringify(input ?? null)) > messageLimits.viewBytes) throw new ApiError('view_too_large');
  const parsed = type === 'modal' ? modal.safeParse(input) : home.safeParse(input);
  if (!parsed.success) {
    const problems = problemsOf(parsed.error, input, '/view').map((problem) =>
      // `submit` is missing by our own rule, not as a required field.
      problem.message === 'missing required field: submit'
        ? problemText({ message: 'must be present when blocks contain an input', pointer: '/view/submit' })
        : problemText(problem),
    );
    throw new ApiError('invalid_arguments', problems);
  }
  refuse('invalid_arguments', duplicateIds(parsed.data.blocks, '/view/blocks'));
  return parsed.data;
}
