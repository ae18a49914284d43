import { html } from 'htm/preact';
import { describe, expect, it } from 'vitest';
import { Blocks } from '../../src/web/workspace/blocks/blocks.ts';
import { show } from './support/dom.ts';
import { blockScope } from './support/scope.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const options = [
  { text: plain('Change severity'), value: 'severity' },
  { text: plain('Escalate :mega:'), value: 'escalate' },
];
const confirm = { title: plain('Resolve?'), text: plain('All alerts have cleared.'), confirm: plain('Resolve'), deny: plain('Not yet') };

function screen(blocks: readonly unknown[], scope = blockScope()) {
  return { ...show(html`<${Blocks} blocks=${blocks} scope=${scope} />`), scope };
}

describe('blocks', () => {
  it('draws a card with what Slack draws', () => {
    const { html: drawn } = screen([
      { type: 'header', block_id: 'h', text: plain(':red_circle: SEV1 · INC-42') },
      { type: 'section', block_id: 's', fields: [{ type: 'mrkdwn', text: '*Status*\nInvestigating' }, plain('Since 14:01')] },
      { type: 'divider' },
      { type: 'context', elements: [{ type: 'mrkdwn', text: 'Last update by <@U2>' }] },
    ]);
    expect(drawn()).toBe(
      [
        '<div class="blocks">',
        '<h3 class="block-header"><span class="plain">🔴 SEV1 · INC-42</span></h3>',
        '<div class="block-section"><div class="section-text"><div class="section-fields">',
        '<div class="section-field"><div class="mrkdwn"><div class="line"><strong>Status</strong>\nInvestigating</div></div></div>',
        '<div class="section-field"><span class="plain">Since 14:01</span></div>',
        '</div></div></div>',
        '<hr class="block-divider"></hr>',
        '<div class="block-context"><div class="context-text"><div class="mrkdwn"><div class="line">Last update by ',
        '<span class="mention" title="Ben Okafor, Second on-call">@ben</span></div></div></div></div>',
        '</div>',
      ].join(''),
    );
  });

  it('draws buttons with their style, name and address', () => {
    const { named } = screen([
      {
        type: 'actions',
        block_id: 'b',
        elements: [
          {
            type: 'button',
            action_id: 'ack',
            text: plain('Acknowledge'),
            style: 'primary',
            accessibility_label: 'Acknowledge incident 42',
          },
          { type: 'button', action_id: 'stop', text: plain('Stop'), style: 'danger' },
          { type: 'button', action_id: 'odd', text: plain('Odd'), style: 'blink' },
          { type: 'button', action_id: 'book', text: plain('Runbook'), url: 'https://a.example/runbook' },
        ],
      },
    ]);
    expect(named('Acknowledge incident 42').attributes.get('class')).toBe('button button-primary');
    expect(named('Stop').attributes.get('class')).toBe('button button-danger');
    expect(named('Odd').attributes.get('class')).toBe('button');
    expect(named('Runbook ↗').attributes.get('href')).toBe('https://a.example/runbook');
  });

  it('says what was pressed, chosen and picked from the menu', () => {
    const { named, all, scope } = screen([
      {
        type: 'actions',
        block_id: 'b',
        elements: [
          { type: 'button', action_id: 'resolve', text: plain('Resolve'), value: 'i42', confirm },
          { type: 'overflow', action_id: 'more', options },
          { type: 'static_select', action_id: 'step', options },
          { type: 'users_select', action_id: 'owner' },
        ],
      },
    ]);
    named('Resolve').fire('click');
    named('More actions').fire('click');
    all('button')
      .find((node) => node.attributes.get('role') === 'menuitem' && node.data === 'Escalate 📣')
      ?.fire('click');
    const [step, owner] = all('select');
    step?.fire('change', { currentTarget: { value: 'severity' } });
    owner?.fire('change', { currentTarget: { value: 'U2' } });
    expect(scope.pressed).toEqual([
      { blockId: 'b', actionId: 'resolve', value: 'i42', confirm },
      { blockId: 'b', actionId: 'more', selected: 'escalate' },
      { blockId: 'b', actionId: 'step', selected: 'severity' },
      { blockId: 'b', actionId: 'owner', selected: 'U2' },
    ]);
    expect(owner?.children.filter((node) => node.name === 'option').map((option) => option.data)).toEqual([
      'Choose…',
      'Ana Duarte · On-call engineer',
      'Ben Okafor · Second on-call',
    ]);
  });

  it('shows a choice in a message only once the bot shows it', () => {
    const { all } = screen([
      { type: 'actions', elements: [{ type: 'static_select', action_id: 'x', options, initial_option: options[0] }] },
    ]);
    const control = { value: 'escalate' };
    all('select')[0]?.fire('change', { currentTarget: control });
    expect(control.value).toBe('severity');
  });

  it('locks an element while its press is on the way', () => {
    const busy = blockScope({ isBusy: (blockId, actionId) => blockId === 'b' && actionId === 'ack' });
    const { named } = screen(
      [{ type: 'actions', block_id: 'b', elements: [{ type: 'button', action_id: 'ack', text: plain('Acknowledge') }] }],
      busy,
    );
    expect(named('Acknowledge').attributes.get('disabled')).toBe('true');
    expect(named('Acknowledge').attributes.get('aria-busy')).toBe('true');
  });

  it('draws rich text, tables and pictures', () => {
    const { html: drawn, text } = screen([
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_section',
            elements: [
              { type: 'text', text: 'bold', style: { bold: true, code: true } },
              { type: 'emoji', name: 'fire' },
            ],
          },
          {
            type: 'rich_text_list',
            style: 'ordered',
            elements: [{ type: 'rich_text_section', elements: [{ type: 'user', user_id: 'U2' }] }],
          },
          { type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'a < b' }] },
        ],
      },
      {
        type: 'table',
        column_settings: [{}, { align: 'right' }],
        rows: [
          [{ type: 'raw_text', text: 'Queue' }],
          [
            { type: 'raw_text', text: 'encode' },
            { type: 'raw_text', text: '7' },
          ],
        ],
      },
      { type: 'image', image_url: 'https://elsewhere.example/chart.png', alt_text: 'Error rate over an hour' },
      { type: 'image', slack_file: { id: 'F1' }, alt_text: 'Here' },
    ]);
    expect(drawn()).toContain('<strong><code>bold</code></strong>');
    expect(drawn()).toContain('<ol class="indent-0"><li>');
    expect(drawn()).toContain('<pre tabindex="0"><code>a &lt; b</code></pre>');
    expect(drawn()).toContain('<th scope="col">Queue</th>');
    expect(drawn()).toContain('<td class="align-right">7</td>');
    expect(drawn()).toContain('<img src="http://localhost/files/F1" alt="Here" loading="lazy">');
    expect(drawn()).not.toContain('<img src="https://elsewhere');
    expect(text()).toContain('Error rate over an hour');
  });

  it('says what it cannot draw, and survives any shape', () => {
    expect(screen([{ type: 'hologram' }, { type: 'actions', elements: [{ type: 'dial' }] }]).text()).toBe(
      '[hologram: not drawn here][dial: not drawn here]',
    );
    for (const block of [
      null,
      7,
      'x',
      [],
      {},
      { type: 'section' },
      { type: 'table', rows: 'no' },
      { type: 'actions', elements: [null, {}] },
      { type: 'input' },
    ]) {
      expect(() => screen([block])).not.toThrow();
    }
  });

  it('folds a long text behind a button', () => {
    const { html: drawn } = screen([{ type: 'section', text: plain('word '.repeat(400)) }]);
    expect(drawn()).toContain('long-text is-folded');
    expect(drawn()).toContain('>Show more</button>');
    expect(screen([{ type: 'section', text: plain('short') }]).html()).not.toContain('Show more');
  });
});
