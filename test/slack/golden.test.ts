import { describe, expect, it } from 'vitest';
import type { Message } from '../../src/chat/message.ts';
import type { Form } from '../../src/chat/reply.ts';
import { toInstant } from '../../src/kernel/instant.ts';
import { acceptBlocks } from '../../src/simulator/slack/blocks/accept.ts';
import { acceptView } from '../../src/simulator/slack/blocks/view.ts';
import { drawForm, drawNotice } from '../../src/slack/render/form.ts';
import { drawMessage, drawPlain } from '../../src/slack/render/message.ts';

const at = toInstant(new Date('2026-03-14T03:04:00.000Z'));

const card: Message = {
  summary: 'Critical: INC-7 Video Processing Error Budget Exhausted. Nobody has acknowledged it yet.',
  blocks: [
    { type: 'heading', text: '🔴 CRITICAL · INC-7 · Video Processing Error Budget Exhausted' },
    { type: 'text', content: ['Users cannot upload videos.', { type: 'bold', text: ' Unacknowledged ' }, 'for 4 min.'] },
    {
      type: 'fields',
      fields: [
        { label: 'Now', content: [{ type: 'bold', text: '12.4 %' }, ' of requests fail'] },
        { label: 'Commander', content: [{ type: 'user', id: 'U0ANA00000', name: 'ana' }] },
        { label: 'Started', content: [{ type: 'time', at, style: 'date_time' }] },
        { label: 'Scribe', content: [{ type: 'missing', text: 'nobody yet' }] },
      ],
    },
    {
      type: 'list',
      items: [
        ['First: ', { type: 'code', text: 'kubectl get pods -n video' }],
        ['Then read ', { type: 'link', url: 'https://example.com/runbook?a=1&b=2', text: 'the runbook' }],
      ],
    },
    { type: 'quote', lines: [['We are looking into it.'], ['Next update in 30 min.']] },
    { type: 'code', text: 'gpu-worker-0   0/1   CrashLoopBackOff\ngpu-worker-1   1/1   Running\n' },
    { type: 'divider' },
    {
      type: 'actions',
      buttons: [
        {
          action: { type: 'run', command: 'ack', incident: 7 },
          label: 'Acknowledge',
          style: 'primary',
          description: 'Acknowledge INC-7: you are on it',
        },
        {
          action: { type: 'run', command: 'resolve', incident: 7 },
          label: 'Resolve',
          style: 'danger',
          description: 'Resolve INC-7',
          confirm: { title: 'Resolve INC-7?', text: 'Its alerts still fire.', confirm: 'Resolve', deny: 'Not yet' },
        },
      ],
      menu: {
        label: 'More...',
        description: 'More for INC-7',
        items: [
          { action: { type: 'form', command: 'update', incident: 7 }, label: 'Post an update' },
          { action: { type: 'run', command: 'timeline', incident: 7 }, label: 'Timeline' },
        ],
      },
    },
    { type: 'context', content: ['INC-7 · updated ', { type: 'time', at, style: 'time' }] },
  ],
};

const hostile: Message = {
  summary: '<!channel> <@U0ANA00000> & \u202Eevil',
  blocks: [
    { type: 'heading', text: '<!here> `x` \u0007' },
    {
      type: 'text',
      content: [
        '<!channel> <http://evil.example|safe> &lt;!here&gt; a\u200Bb ',
        { type: 'link', url: 'javascript:alert(1)', text: 'click' },
      ],
    },
    {
      type: 'text',
      content: [
        { type: 'link', url: 'https://example.com/|<x>', text: 'a|b>c' },
        ' ',
        { type: 'code', text: 'a`b\nc' },
        ' ',
        { type: 'bold', text: 'a*b\nc' },
      ],
    },
    { type: 'code', text: 'before\n```\n<!channel>' },
    { type: 'text', content: [{ type: 'user', id: 'U1> <!channel', name: 'mallory' }] },
  ],
};

const long: Message = {
  summary: 'x'.repeat(5000),
  blocks: [
    { type: 'heading', text: 'h'.repeat(200) },
    { type: 'code', text: Array.from({ length: 200 }, (_, line) => `line ${line} ${'&'.repeat(20)}`).join('\n') },
    { type: 'fields', fields: Array.from({ length: 12 }, (_, index) => ({ label: `Field ${index}`, content: ['value'] })) },
    { type: 'list', items: Array.from({ length: 300 }, (_, index) => [`item ${index} with some words`]) },
    {
      type: 'actions',
      buttons: [{ action: { type: 'run', command: 'ack', incident: 7 }, label: 'Acknowledge', description: 'Acknowledge INC-7' }],
    },
  ],
};

const form: Form = {
  action: { type: 'form', command: 'update', incident: 7 },
  title: 'Update INC-7',
  submit: 'Post',
  intro: [{ type: 'text', content: ['Everybody in the channel will see it.'] }],
  fields: [
    {
      type: 'text',
      id: 'text',
      label: 'What is new?',
      hint: 'One or two sentences.',
      multiline: true,
      maxLength: 2000,
      initial: 'Error rate: 12 % <now>',
    },
    {
      type: 'choice',
      id: 'phase',
      label: 'Phase',
      options: [
        { value: 'identified', label: 'Identified' },
        { value: 'monitoring', label: 'Monitoring' },
      ],
      initial: 'monitoring',
    },
    { type: 'person', id: 'who', label: 'On whose behalf?', optional: true, initial: 'U0BEN00000' },
  ],
};

const golden = async (name: string, value: unknown) => {
  await expect(`${JSON.stringify(value, null, 2)}\n`).toMatchFileSnapshot(`../golden/slack/${name}.json`);
};

describe('messages as Slack gets them', () => {
  it.each(Object.entries({ card, hostile, long }))('%s', async (name, message) => {
    const drawn = drawMessage(message);
    expect(() => acceptBlocks(drawn.blocks, 12_000)).not.toThrow();
    await golden(name, drawn);
    await golden(`${name}-plain`, drawPlain(message));
  });

  it('a form and a notice', async () => {
    const views = { form: drawForm(form), notice: drawNotice('Tocsin', { summary: 'One moment...', blocks: [] }) };
    for (const [name, view] of Object.entries(views)) {
      expect(() => acceptView(view, 'modal')).not.toThrow();
      await golden(name, view);
    }
  });
});
