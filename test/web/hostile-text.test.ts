import { html } from 'htm/preact';
import { describe, expect, it } from 'vitest';
import { Blocks } from '../../src/web/workspace/blocks/blocks.ts';
import { localImage } from '../../src/web/workspace/blocks/image.ts';
import { safeUrl } from '../../src/web/workspace/mrkdwn/entities.ts';
import { safeColor } from '../../src/web/workspace/people/avatar.ts';
import { show } from './support/dom.ts';
import { blockScope } from './support/scope.ts';

/** What a label, an annotation or a person could carry, raw and as the bot escapes it. */
const hostile = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "' onmouseover='alert(1)",
  '<javascript:alert(1)|click>',
  '<JaVaScRiPt:alert(1)|click>',
  '<data:text/html,<script>alert(1)</script>|click>',
  '<vbscript:x|click>',
  '<\u0001javascript:alert(1)|click>',
  '<java\tscript:alert(1)|click>',
  '<!date^0^{time}^javascript:alert(1)|then>',
  '<@U1" onclick="alert(1)>',
  '```<script>alert(1)</script>```',
  '`<javascript:alert(1)|x>`',
  '[x](javascript:alert(1))',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '${alert(1)}',
  '__proto__',
];

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });

/** The same text in every place that a block has for one. */
function everywhere(text: string): readonly unknown[] {
  return [
    { type: 'header', block_id: text, text: plain(text) },
    {
      type: 'section',
      text: mrkdwn(text),
      fields: [mrkdwn(text), plain(text)],
      accessory: { type: 'button', action_id: text, text: plain(text), url: text, value: text },
    },
    { type: 'section', text: plain(text), accessory: { type: 'image', image_url: text, alt_text: text } },
    { type: 'context', elements: [mrkdwn(text), { type: 'image', image_url: text, alt_text: text }] },
    { type: 'image', image_url: text, alt_text: text, title: plain(text) },
    { type: 'markdown', text },
    {
      type: 'actions',
      elements: [{ type: 'static_select', action_id: text, placeholder: plain(text), options: [{ text: plain(text), value: text }] }],
    },
    {
      type: 'rich_text',
      elements: [
        {
          type: 'rich_text_section',
          elements: [
            { type: 'text', text },
            { type: 'link', url: text, text },
            { type: 'user', user_id: text },
          ],
        },
      ],
    },
    { type: 'table', rows: [[{ type: 'raw_text', text }], [{ type: 'raw_text', text }]] },
    {
      type: 'input',
      block_id: text,
      label: plain(text),
      hint: plain(text),
      element: { type: 'plain_text_input', action_id: text, initial_value: text },
    },
    { type: text, text },
    { type: 'constructor' },
    { type: '__proto__', text: { text: { constructor: undefined, type: 'script', props: { src: text } } } },
  ];
}

const allowedTags = new Set(
  'div h3 hr span strong em del code a time blockquote pre ul ol li img figure figcaption button select option optgroup label input textarea small p table thead tbody tr th td'.split(
    ' ',
  ),
);

describe('hostile text', () => {
  it.each(hostile)('%s comes out inert', (text) => {
    const screen = show(html`<${Blocks} blocks=${everywhere(text)} scope=${blockScope()} />`);
    for (const node of screen.all()) {
      expect(allowedTags).toContain(node.name);
      for (const name of node.attributes.keys()) expect(name).not.toMatch(/^on/i);
      const href = node.attributes.get('href');
      if (href !== undefined) expect(['http:', 'https:', 'mailto:']).toContain(new URL(href).protocol);
      const source = node.attributes.get('src');
      if (source !== undefined) expect(new URL(source).origin).toBe('http://localhost');
    }
  });

  it('draws an escaped label exactly as it was written', () => {
    const label = '&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;https://evil.example|click&gt;';
    const screen = show(
      html`<${Blocks} blocks=${[{ type: 'section', text: { ...mrkdwn(label), verbatim: true } }]} scope=${blockScope()} />`,
    );
    expect(screen.text()).toBe('<script>alert(1)</script> & <https://evil.example|click>');
    expect(screen.all('a')).toEqual([]);
  });

  it('never lets an object stand in for a vnode', () => {
    const forged = { type: 'img', props: { src: 'x', onerror: 'alert(1)' }, constructor: undefined, __v: 1 };
    const screen = show(
      html`<${Blocks}
        blocks=${[
          { type: 'section', text: { type: 'mrkdwn', text: forged } },
          { type: 'header', text: forged },
        ]}
        scope=${blockScope()}
      />`,
    );
    expect(screen.all('img')).toEqual([]);
  });

  it('opens no address but http, https and mailto', () => {
    for (const url of [
      'javascript:alert(1)',
      ' javascript:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      'blob:x',
      '//evil.example',
      '/relative',
      '',
    ]) {
      expect(safeUrl(url), url).toBeUndefined();
    }
    expect(safeUrl('https://a.example')).toBe('https://a.example/');
  });

  it('fetches no picture from outside', () => {
    const origin = 'http://127.0.0.1:4000';
    expect(localImage('https://evil.example/pixel.png', origin)).toBeUndefined();
    expect(localImage('//evil.example/pixel.png', origin)).toBeUndefined();
    expect(localImage('data:image/svg+xml;base64,PHN2Zz4=', origin)).toBeUndefined();
    expect(localImage('javascript:alert(1)', origin)).toBeUndefined();
    expect(localImage('/files/F1', origin)).toBe('http://127.0.0.1:4000/files/F1');
  });

  it('takes nothing but a colour for a colour', () => {
    expect(safeColor('#2f6f8f')).toBe('#2f6f8f');
    expect(safeColor('2f6f8f')).toBe('#2f6f8f');
    expect(safeColor('red;background:url(//evil.example)')).toBe('#5b6472');
  });
});
