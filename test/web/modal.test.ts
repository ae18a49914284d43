import { html } from 'htm/preact';
import { describe, expect, it } from 'vitest';
import type { PageInput } from '../../src/simulator/slack/page-contract.ts';
import { Blocks } from '../../src/web/workspace/blocks/blocks.ts';
import { formFields, initialInput, validateForm, type FormField } from '../../src/web/workspace/blocks/form.ts';
import { submission } from '../../src/web/workspace/dialogs/modal.ts';
import { show } from './support/dom.ts';
import { blockScope } from './support/scope.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const options = [
  { text: plain('Responders'), value: 'r' },
  { text: plain('Customers'), value: 'c' },
];
const blocks = [
  { type: 'section', block_id: 'about', text: plain('INC-42'), accessory: { type: 'button', action_id: 'b', text: plain('Preview') } },
  { type: 'input', block_id: 'audience', label: plain('Audience'), element: { type: 'static_select', action_id: 'a', options } },
  {
    type: 'input',
    block_id: 'text',
    label: plain('Impact'),
    hint: plain('In the words of a customer'),
    element: { type: 'plain_text_input', action_id: 't', min_length: 3, max_length: 10 },
  },
  {
    type: 'input',
    block_id: 'owner',
    optional: true,
    label: plain('Owner'),
    element: { type: 'users_select', action_id: 'o', initial_user: 'U2' },
  },
  {
    type: 'input',
    block_id: 'also',
    optional: true,
    label: plain('Also'),
    element: { type: 'checkboxes', action_id: 'c', options, initial_options: [options[1]] },
  },
  { type: 'input', block_id: 'phase', label: plain('Phase'), element: { type: 'radio_buttons', action_id: 'p', options } },
];

const reader = (inputs: Record<string, PageInput>) => (field: FormField) => inputs[field.blockId] ?? initialInput(field.element);

describe('a modal', () => {
  it('knows its inputs, and begins with what the view says', () => {
    expect(formFields(blocks).map((field) => [field.blockId, field.required, initialInput(field.element)])).toEqual([
      ['audience', true, { type: 'option', value: null }],
      ['text', true, { type: 'text', value: '' }],
      ['owner', false, { type: 'user', value: 'U2' }],
      ['also', false, { type: 'options', values: ['c'] }],
      ['phase', true, { type: 'option', value: null }],
    ]);
  });

  it('refuses what Slack refuses before it sends anything', () => {
    const required = 'Please complete this required field.';
    expect(validateForm(formFields(blocks), reader({}))).toEqual({ audience: required, text: required, phase: required });
    const filled = { audience: { type: 'option', value: 'c' }, phase: { type: 'option', value: 'r' } } as const;
    expect(validateForm(formFields(blocks), reader({ ...filled, text: { type: 'text', value: '🔥🔥' } }))).toEqual({
      text: 'Please write at least 3 characters.',
    });
    expect(validateForm(formFields(blocks), reader({ ...filled, text: { type: 'text', value: 'x'.repeat(11) } }))).toEqual({
      text: 'Please write at most 10 characters (now 11).',
    });
    expect(validateForm(formFields(blocks), reader({ ...filled, text: { type: 'text', value: '🔥'.repeat(10) } }))).toEqual({});
  });

  it('submits every input by block id and action id', () => {
    expect(submission(formFields(blocks), reader({ text: { type: 'text', value: 'slow' } }))).toEqual({
      audience: { a: { type: 'option', value: null } },
      text: { t: { type: 'text', value: 'slow' } },
      owner: { o: { type: 'user', value: 'U2' } },
      also: { c: { type: 'options', values: ['c'] } },
      phase: { p: { type: 'option', value: null } },
    });
  });

  it('ties labels, hints and errors to their controls, and reports each change', () => {
    const changes: [string, PageInput][] = [];
    const form = {
      input: (_blockId: string, element: Parameters<typeof initialInput>[0]) => initialInput(element),
      change: (blockId: string, _element: unknown, input: PageInput) => void changes.push([blockId, input]),
      error: (blockId: string) => (blockId === 'text' ? 'Say since when' : undefined),
    };
    const screen = show(html`<${Blocks} blocks=${blocks} scope=${blockScope({ form })} />`);
    const field = screen.all('input').find((node) => node.attributes.get('id') === 'x-text');
    expect(field?.attributes.get('aria-describedby')).toBe('x-text-error x-text-hint');
    expect(field?.attributes.get('aria-invalid')).toBe('true');
    expect(screen.named('Say since when').attributes.get('role')).toBe('alert');
    expect(screen.named('Impact').attributes.get('for')).toBe('x-text');
    field?.fire('input', { currentTarget: { value: 'slow' } });
    screen.all('select')[0]?.fire('change', { currentTarget: { value: 'c' } });
    const boxes = screen.all('input').filter((node) => node.attributes.get('type') === 'checkbox');
    boxes[0]?.fire('change');
    screen
      .all('input')
      .find((node) => node.attributes.get('type') === 'radio')
      ?.fire('change');
    expect(changes).toEqual([
      ['text', { type: 'text', value: 'slow' }],
      ['audience', { type: 'option', value: 'c' }],
      ['also', { type: 'options', values: ['c', 'r'] }],
      ['phase', { type: 'option', value: 'r' }],
    ]);
  });
});
