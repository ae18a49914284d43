import { assert, constantFrom, property, string } from 'fast-check';
import { html } from 'htm/preact';
import { describe, expect, it } from 'vitest';
import { parseMarkdown } from '../../src/web/workspace/mrkdwn/markdown.ts';
import type { Block, Inline } from '../../src/web/workspace/mrkdwn/nodes.ts';
import { parseMrkdwn } from '../../src/web/workspace/mrkdwn/parse.ts';
import { Mrkdwn } from '../../src/web/workspace/mrkdwn/view.ts';
import { show } from './support/dom.ts';
import { blockScope, now } from './support/scope.ts';

const drawn = (text: string, autolink = false) => show(html`<${Mrkdwn} text=${text} scope=${blockScope()} autolink=${autolink} />`).html();
const line = (inner: string) => `<div class="mrkdwn"><div class="line">${inner}</div></div>`;

function plainInline(nodes: readonly Inline[]): string {
  return nodes.map((node) => ('children' in node ? plainInline(node.children) : 'text' in node ? node.text : '')).join('');
}

function plain(blocks: readonly Block[]): string {
  return blocks
    .map((block) => {
      if (block.kind === 'pre') return block.text;
      if (block.kind === 'quote') return plain(block.blocks);
      if (block.kind === 'list') return block.items.map(plainInline).join('\n');
      return 'children' in block ? plainInline(block.children) : '';
    })
    .join('\n');
}

describe('mrkdwn', () => {
  it.each([
    ['*bold* and _italic_ and ~gone~', '<strong>bold</strong> and <em>italic</em> and <del>gone</del>'],
    ['*_both_*', '<strong><em>both</em></strong>'],
    ['2*3*4 and snake_case_name', '2*3*4 and snake_case_name'],
    ['**not bold**', '**not bold**'],
    ['* not bold *', '* not bold *'],
    ['*open\nclose*', '*open\nclose*'],
    ['`a *b* &lt;c&gt;`', '<code>a *b* &lt;c&gt;</code>'],
    ['`ack <@U2|ben> <https://a.example|here>`', '<code>ack @ben here</code>'],
    ['a &amp;lt; b', 'a &amp;lt; b'],
    [
      ':rotating_light: :no_such_thing:',
      '<span class="emoji" role="img" aria-label="rotating light" title=":rotating_light:">🚨</span> :no_such_thing:',
    ],
    ['<@U2> <@U404|gone>', '<span class="mention" title="Ben Okafor, Second on-call">@ben</span> <span class="mention">@gone</span>'],
    ['<@U1>', '<span class="mention mention-me" title="Ana Duarte, On-call engineer">@ana</span>'],
    ['<#C1> <#C9|elsewhere>', '<span class="mention">#incidents</span> <span class="mention">#elsewhere</span>'],
    ['<!here> <!subteam^S1|@oncall>', '<span class="mention mention-all">@here</span> <span class="mention mention-all">@oncall</span>'],
    ['5 < 6 > 4', '5 &lt; 6 &gt; 4'],
  ])('%s', (text, expected) => expect(drawn(text)).toBe(line(expected)));

  it('makes links of http, https and mailto only', () => {
    const anchor = (url: string, label: string) => line(`<a href="${url}" target="_blank" rel="noopener noreferrer nofollow">${label}</a>`);
    expect(drawn('<https://a.example/?x=1&amp;y=2|the *board*>')).toBe(anchor('https://a.example/?x=1&amp;y=2', 'the *board*'));
    expect(drawn('<mailto:a@b.example|mail>')).toBe(anchor('mailto:a@b.example', 'mail'));
    expect(drawn('<http://a.example>')).toBe(anchor('http://a.example/', 'http://a.example'));
  });

  it('makes a bare address a link only where asked, without the punctuation after it', () => {
    expect(drawn('see https://a.example/x.', true)).toContain('<a href="https://a.example/x" ');
    expect(drawn('see https://a.example/x.', true)).toContain('</a>.');
    expect(drawn('see https://a.example/x.')).not.toContain('<a ');
  });

  it('draws code blocks and quotes', () => {
    expect(drawn('before\n```\nkubectl get pods\n  &lt;none&gt;\n```\nafter')).toBe(
      '<div class="mrkdwn"><div class="line">before</div><pre tabindex="0"><code>kubectl get pods\n  &lt;none&gt;</code></pre><div class="line">after</div></div>',
    );
    expect(drawn('&gt; one\n> two\nthree')).toBe(
      '<div class="mrkdwn"><blockquote><div class="line">one\ntwo</div></blockquote><div class="line">three</div></div>',
    );
    expect(drawn('>>> one\ntwo')).toContain('<blockquote><div class="line">one\ntwo</div></blockquote>');
    expect(drawn('``` never closed')).toBe(line('``` never closed'));
  });

  it('says when, with the zone, and falls back to the words of the sender', () => {
    const at = Math.floor(now / 1000) - 180;
    expect(drawn(`<!date^${at}^{time} ({ago})|then>`)).toBe(
      line('<time datetime="2025-11-21T14:27:00.000Z" title="2025-11-21 14:27:00 UTC">14:27 UTC (3 min ago)</time>'),
    );
    expect(drawn('<!date^999999999999^{time}|long after>')).toBe(line('long after'));
  });

  it('never throws, and keeps every plain character', () => {
    assert(
      property(string({ unit: constantFrom(...Array.from('ab *_~`<>&;|@#!:^/\n')), maxLength: 60 }), (text) => {
        expect(() => parseMrkdwn(text, { autolink: true })).not.toThrow();
        expect(() => parseMarkdown(text)).not.toThrow();
      }),
    );
    assert(
      property(string({ unit: constantFrom(...Array.from('abc 123.,;()')), maxLength: 60 }), (text) => {
        expect(plain(parseMrkdwn(text, { autolink: true }))).toBe(text.trim() === '' ? '' : text);
      }),
    );
  });

  // A quadratic parser would need minutes for these.
  it('takes a time that grows with the length only', () => {
    for (const unit of ['*a ', '_', '`', '<', '```', '~b', '*_~', '<a', 'https://x ', ':a', '> ', '**a ', '~~a', '[a']) {
      const text = unit.repeat(Math.floor(200_000 / unit.length));
      expect(parseMrkdwn(text, { autolink: true }).length).toBeGreaterThanOrEqual(1);
      expect(parseMarkdown(text.slice(0, 50_000)).length).toBeGreaterThanOrEqual(1);
    }
  });
});

describe('markdown blocks', () => {
  it('parses what runbooks and post-mortems are made of', () => {
    expect(
      parseMarkdown('# Title\n\nSome **bold** and `code`\n- one\n- [two](https://a.example)\n\n1. first\n\n> said\n\n```sh\nls\n```\n---'),
    ).toEqual([
      { kind: 'heading', level: 1, children: [{ kind: 'text', text: 'Title' }] },
      {
        kind: 'paragraph',
        children: [
          { kind: 'text', text: 'Some ' },
          { kind: 'bold', children: [{ kind: 'text', text: 'bold' }] },
          { kind: 'text', text: ' and ' },
          { kind: 'code', text: 'code' },
        ],
      },
      {
        kind: 'list',
        ordered: false,
        start: 1,
        items: [[{ kind: 'text', text: 'one' }], [{ kind: 'link', url: 'https://a.example/', label: 'two' }]],
      },
      { kind: 'list', ordered: true, start: 1, items: [[{ kind: 'text', text: 'first' }]] },
      { kind: 'quote', blocks: [{ kind: 'paragraph', children: [{ kind: 'text', text: 'said' }] }] },
      { kind: 'pre', text: 'ls' },
      { kind: 'rule' },
    ]);
  });

  it('leaves HTML and script links as text', () => {
    expect(parseMarkdown('<img src=x onerror=alert(1)> [x](javascript:alert)')).toEqual([
      {
        kind: 'paragraph',
        children: [
          { kind: 'text', text: '<img src=x onerror=alert(1)> ' },
          { kind: 'text', text: '[x](javascript:alert)' },
        ],
      },
    ]);
  });
});
