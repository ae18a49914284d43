import { describe, expect, test } from 'vitest';
import { ApiError } from '../../../src/simulator/slack/api-error.ts';
import { acceptBlocks } from '../../../src/simulator/slack/blocks/accept.ts';
import { acceptView } from '../../../src/simulator/slack/blocks/view.ts';
import { blockLimits as limits, messageLimits } from '../../../src/simulator/slack/tables/block-limits.ts';

type Shape = Record<string, unknown>;

const plain = (text: string): Shape => ({ type: 'plain_text', text });
const mrkdwn = (text: string): Shape => ({ type: 'mrkdwn', text });
const of = (length: number) => 'x'.repeat(length);
const many = <Item>(count: number, item: (index: number) => Item) => Array.from({ length: count }, (_, index) => item(index));
const button = (extra: Shape = {}): Shape => ({ type: 'button', text: plain('Go'), action_id: 'go', ...extra });
const actions = (...elements: Shape[]): Shape => ({ type: 'actions', elements });
const section = (extra: Shape): Shape => ({ type: 'section', ...extra });
const option = (index: number, extra: Shape = {}): Shape => ({ text: plain(`o${index}`), value: `v${index}`, ...extra });
const select = (extra: Shape): Shape => actions({ type: 'static_select', action_id: 's', ...extra });
const input = (element: Shape, extra: Shape = {}): Shape => ({ type: 'input', label: plain('Label'), element, ...extra });
const field = (extra: Shape = {}): Shape => ({ type: 'plain_text_input', action_id: 'f', ...extra });
const confirm = (extra: Shape = {}): Shape => ({ title: plain('t'), text: mrkdwn('x'), confirm: plain('y'), deny: plain('n'), ...extra });
const modal = (extra: Shape): Shape => ({ type: 'modal', title: plain('T'), submit: plain('Go'), blocks: [{ type: 'divider' }], ...extra });
const table = (rows: number, cells: number): Shape => ({
  type: 'table',
  rows: many(rows, () => many(cells, () => ({ type: 'raw_text', text: 'c' }))),
});

function refusal(accept: () => unknown): ApiError | undefined {
  try {
    accept();
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

type Limit = [name: string, max: number, block: (size: number) => Shape];

/** The largest size of each thing in a message; one more must fail. */
const messageMaxima: Limit[] = [
  ['section text', limits.section.text.max_length, (size) => section({ text: mrkdwn(of(size)) })],
  ['section fields', limits.section.fields.max_items, (size) => section({ fields: many(size, () => mrkdwn('f')) })],
  ['section field text', limits.section.fields.item_max_length, (size) => section({ fields: [mrkdwn(of(size))] })],
  ['header text', limits.header.text.max_length, (size) => ({ type: 'header', text: plain(of(size)) })],
  ['context elements', limits.context.elements.max_items, (size) => ({ type: 'context', elements: many(size, () => mrkdwn('c')) })],
  ['actions elements', limits.actions.elements.max_items, (size) => actions(...many(size, (index) => button({ action_id: `a${index}` })))],
  ['block_id', limits.block_id.max_length, (size) => ({ type: 'divider', block_id: of(size) })],
  ['action_id', limits.action_id.max_length, (size) => actions(button({ action_id: of(size) }))],
  ['button text', limits.button.text.max_length, (size) => actions(button({ text: plain(of(size)) }))],
  ['button value', limits.button.value.max_length, (size) => actions(button({ value: of(size) }))],
  ['button url', limits.button.url.max_length, (size) => actions(button({ url: of(size) }))],
  [
    'button accessibility_label',
    limits.button.accessibility_label.max_length,
    (size) => actions(button({ accessibility_label: of(size) })),
  ],
  ['confirm title', limits.confirmation.title.max_length, (size) => actions(button({ confirm: confirm({ title: plain(of(size)) }) }))],
  ['confirm text', limits.confirmation.text.max_length, (size) => actions(button({ confirm: confirm({ text: mrkdwn(of(size)) }) }))],
  ['confirm button', limits.confirmation.confirm.max_length, (size) => actions(button({ confirm: confirm({ confirm: plain(of(size)) }) }))],
  ['deny button', limits.confirmation.deny.max_length, (size) => actions(button({ confirm: confirm({ deny: plain(of(size)) }) }))],
  ['option text', limits.option.text.max_length, (size) => select({ options: [option(1, { text: plain(of(size)) })] })],
  ['option value', limits.option.value.max_length, (size) => select({ options: [option(1, { value: of(size) })] })],
  [
    'option description',
    limits.option.description.max_length,
    (size) => select({ options: [option(1, { description: plain(of(size)) })] }),
  ],
  ['select options', limits.select.options.max_items, (size) => select({ options: many(size, option) })],
  ['select placeholder', limits.select.placeholder.max_length, (size) => select({ options: [option(1)], placeholder: plain(of(size)) })],
  [
    'option groups',
    limits.select.option_groups.max_items,
    (size) => select({ option_groups: many(size, (index) => ({ label: plain(`g${index}`), options: [option(1)] })) }),
  ],
  [
    'option group label',
    limits.option_group.label.max_length,
    (size) => select({ option_groups: [{ label: plain(of(size)), options: [option(1)] }] }),
  ],
  [
    'option group options',
    limits.option_group.options.max_items,
    (size) => select({ option_groups: [{ label: plain('g'), options: many(size, option) }] }),
  ],
  ['overflow options', limits.overflow.options.max_items, (size) => actions({ type: 'overflow', options: many(size, option) })],
  ['option url', limits.option.url.max_length, (size) => actions({ type: 'overflow', options: [option(1, { url: of(size) })] })],
  ['checkboxes', limits.checkboxes.options.max_items, (size) => actions({ type: 'checkboxes', options: many(size, option) })],
  ['radio buttons', limits.radio_buttons.options.max_items, (size) => actions({ type: 'radio_buttons', options: many(size, option) })],
  ['input label', limits.input.label.max_length, (size) => input(field(), { label: plain(of(size)) })],
  ['input hint', limits.input.hint.max_length, (size) => input(field(), { hint: plain(of(size)) })],
  ['input max_length', limits.plain_text_input.max_length.max, (size) => input(field({ max_length: size }))],
  ['image url', limits.image.image_url.max_length, (size) => ({ type: 'image', alt_text: 'a', image_url: of(size) })],
  ['image alt text', limits.image.alt_text.max_length, (size) => ({ type: 'image', image_url: 'u', alt_text: of(size) })],
  ['table rows', messageLimits.tableRows, (size) => table(size, 1)],
  ['table cells', messageLimits.tableCells, (size) => table(1, size)],
];

describe('at the limit passes, one over fails', () => {
  test.each(messageMaxima)('%s (%i)', (_, max, block) => {
    expect(acceptBlocks([block(max)], undefined)).toHaveLength(1);
    const error = refusal(() => acceptBlocks([block(max + 1)], undefined));
    expect(error?.error).toBe('invalid_blocks');
    expect(error?.problems[0]).toMatch(/\[json-pointer:\/blocks\/0/);
  });

  test('blocks in a message', () => {
    const blocks = (count: number) => many(count, () => ({ type: 'divider' }));
    expect(acceptBlocks(blocks(messageLimits.blocks), undefined)).toHaveLength(50);
    expect(refusal(() => acceptBlocks(blocks(messageLimits.blocks + 1), undefined))?.problems).toEqual([
      'no more than 50 items allowed [json-pointer:/blocks]',
    ]);
  });

  test('all block text together', () => {
    const blocks = (total: number) => [section({ text: mrkdwn(of(3000)) }), section({ text: mrkdwn(of(total - 3000)) })];
    expect(acceptBlocks(blocks(5000), 5000)).toHaveLength(2);
    expect(refusal(() => acceptBlocks(blocks(5001), 5000))?.error).toBe('msg_blocks_too_long');
  });

  test('markdown blocks together', () => {
    const blocks = (total: number) => [
      { type: 'markdown', text: of(6000) },
      { type: 'markdown', text: of(total - 6000) },
    ];
    expect(acceptBlocks(blocks(messageLimits.markdown), undefined)).toHaveLength(2);
    expect(refusal(() => acceptBlocks(blocks(messageLimits.markdown + 1), undefined))?.error).toBe('msg_blocks_too_long');
    expect(refusal(() => acceptBlocks([{ type: 'markdown', text: of(limits.markdown.text.max_length + 1) }], undefined))?.error).toBe(
      'invalid_blocks',
    );
  });

  test.each<Limit>([
    ['title', limits.view.title.max_length, (size) => modal({ title: plain(of(size)) })],
    ['submit', limits.view.submit.max_length, (size) => modal({ submit: plain(of(size)) })],
    ['close', limits.view.close.max_length, (size) => modal({ close: plain(of(size)) })],
    ['callback_id', limits.view.callback_id.max_length, (size) => modal({ callback_id: of(size) })],
    ['private_metadata', limits.view.private_metadata.max_length, (size) => modal({ private_metadata: of(size) })],
    ['blocks', limits.view.blocks.max_items, (size) => modal({ blocks: many(size, () => ({ type: 'divider' })) })],
  ])('view %s (%i)', (_, max, view) => {
    expect(acceptView(view(max), 'modal').type).toBe('modal');
    const error = refusal(() => acceptView(view(max + 1), 'modal'));
    expect(error?.error).toBe('invalid_arguments');
    expect(error?.problems[0]).toMatch(/\[json-pointer:\/view/);
  });

  test('bytes of a view', () => {
    const size = (view: Shape) => Buffer.byteLength(JSON.stringify(view));
    const view = (pad: number) =>
      modal({ blocks: [...many(86, () => section({ text: mrkdwn(of(2900)) })), section({ text: mrkdwn(of(pad)) })] });
    const exact = messageLimits.viewBytes - size(view(0));
    expect(size(view(exact))).toBe(messageLimits.viewBytes);
    expect(acceptView(view(exact), 'modal').type).toBe('modal');
    expect(refusal(() => acceptView(view(exact + 1), 'modal'))?.error).toBe('view_too_large');
  });
});

describe('what is never accepted', () => {
  const refused: [name: string, blocks: unknown[], problem: RegExp][] = [
    ['an empty text', [section({ text: mrkdwn('') })], /must be more than 0 characters \[json-pointer:\/blocks\/0\/text\/text\]/],
    ['an empty header', [{ type: 'header', text: plain('') }], /must be more than 0 characters/],
    ['a mrkdwn header', [{ type: 'header', text: mrkdwn('h') }], /\/blocks\/0\/text\/type/],
    ['an unknown block', [{ type: 'fancy' }], /unsupported type: fancy \[json-pointer:\/blocks\/0\/type\]/],
    ['an extra key', [{ type: 'divider', color: 'red' }], /invalid additional property: color \[json-pointer:\/blocks\/0\]/],
    ['a wrong button style', [actions(button({ style: 'loud' }))], /\/blocks\/0\/elements\/0\/style/],
    ['a disabled button', [actions(button({ disabled: true }))], /invalid additional property: disabled/],
    ['a text input among actions', [actions(field())], /unsupported type: plain_text_input/],
    ['a button as an input', [input(button())], /unsupported type: button/],
    ['a section without text and fields', [section({})], /must define either `text` or `fields`/],
    ['no elements at all', [actions()], /no fewer than 1 items allowed \[json-pointer:\/blocks\/0\/elements\]/],
    ['a missing field', [{ type: 'actions' }], /missing required field: elements \[json-pointer:\/blocks\/0\]/],
    ['options and groups', [select({ options: [option(1)], option_groups: [] })], /either `options` or `option_groups`|no fewer/],
    [
      'two blocks with one id',
      [
        { type: 'divider', block_id: 'd' },
        { type: 'divider', block_id: 'd' },
      ],
      /\/blocks\/1\/block_id/,
    ],
    ['two elements with one action id', [actions(button(), button())], /\/blocks\/0\/elements\/1\/action_id/],
  ];
  test.each(refused)('%s', (_, blocks, problem) => {
    const error = refusal(() => acceptBlocks(blocks, undefined));
    expect(error?.error).toBe('invalid_blocks');
    expect(error?.problems.join('\n')).toMatch(problem);
  });

  test('two tables', () => {
    const error = refusal(() => acceptBlocks([table(1, 1), table(1, 1)], undefined));
    expect(error?.error).toBe('invalid_attachments');
    expect(error?.problems).toEqual(['only_one_table_allowed [json-pointer:/blocks/1]']);
  });

  test('blocks that are no JSON, or no list', () => {
    expect(refusal(() => acceptBlocks('[{', undefined))?.error).toBe('invalid_blocks_format');
    expect(refusal(() => acceptBlocks('{}', undefined))?.error).toBe('invalid_blocks_format');
  });

  test('a modal with inputs and no submit, and message blocks in it', () => {
    const { submit: _, ...without } = modal({ blocks: [input(field())] });
    expect(refusal(() => acceptView(without, 'modal'))?.problems).toEqual([
      'must be present when blocks contain an input [json-pointer:/view/submit]',
    ]);
    expect(refusal(() => acceptView(modal({ blocks: [table(1, 1)] }), 'modal'))?.problems[0]).toMatch(/unsupported type: table/);
  });
});

test('a character is a code point, as Slack counts', () => {
  const emoji = '😀'.repeat(150);
  expect(acceptBlocks([{ type: 'header', text: plain(emoji) }], undefined)).toHaveLength(1);
  expect(refusal(() => acceptBlocks([{ type: 'header', text: plain(`${emoji}x`) }], undefined))?.error).toBe('invalid_blocks');
});

test('missing ids are invented, given ones kept', () => {
  const [block] = acceptBlocks([actions({ type: 'button', text: plain('Go') }, button())], undefined);
  if (block?.type !== 'actions') throw new Error('the block is gone');
  expect(block.block_id).toMatch(/^\w{5}$/);
  expect(block.elements[0]?.action_id).toMatch(/^\w{5}$/);
  expect(block.elements[1]?.action_id).toBe('go');
});
