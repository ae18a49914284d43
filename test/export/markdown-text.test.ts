import * as fc from 'fast-check';
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { toString } from 'mdast-util-to-string';
import { gfm } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { codeBlock, codeSpan, escapeMarkdown, linkMarkdown, quoteMarkdown } from '../../src/export/markdown-text.ts';

const parse = (text: string) => fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });

/** Every kind of node in a document. */
function kindsOf(node: Nodes): readonly string[] {
  return [node.type, ...('children' in node ? node.children.flatMap(kindsOf) : [])];
}

const hostile = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc
    .array(
      fc.constantFrom(
        '*',
        '_',
        '`',
        '[',
        ']',
        '(',
        ')',
        '<',
        '>',
        '#',
        '-',
        '+',
        '1.',
        '|',
        '~~',
        '!',
        '&amp;',
        '\\',
        '\n',
        ' ',
        'a',
        '<b>',
        '](http://x)',
        '---',
        '===',
        '    ',
        '> ',
        '```',
        '[^1]',
        '- [ ] ',
        '&#42;',
        '$',
        '\u202e',
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);

const settled = (text: string) => text.replace(/\s+/g, ' ').trim();
const visible = (text: string) =>
  settled(
    text
      .toWellFormed()
      .replace(/[\p{Cc}\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu, (c) =>
        /\s/.test(c) ? ' ' : '',
      ),
  );

describe('outside text in Markdown', () => {
  it('is shown as it is, and forms no markup', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const tree = parse(`Before: ${escapeMarkdown(text)} after`);
        const allowed = ['root', 'paragraph', 'text', 'break'];
        // An address or mail address that is spelt out may become a link to itself; nothing else may become anything.
        expect(kindsOf(tree).filter((kind) => !allowed.includes(kind) && kind !== 'link')).toEqual([]);
        expect(settled(toString(tree))).toBe(settled(`Before: ${visible(text)} after`));
      }),
    );
  });

  it('begins no list, heading, rule or quote of its own at the start of a line', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const tree = parse(escapeMarkdown(text));
        expect(kindsOf(tree).filter((kind) => !['root', 'paragraph', 'text', 'link'].includes(kind))).toEqual([]);
      }),
    );
  });

  it('stays inside its quote', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        fc.pre(visible(text) !== '');
        const tree = parse(`${quoteMarkdown(text)}\n\nafter`);
        expect(tree.children.map(({ type }) => type)).toEqual(['blockquote', 'paragraph']);
        expect(
          kindsOf(tree).filter((kind) =>
            ['html', 'heading', 'list', 'code', 'emphasis', 'strong', 'image', 'thematicBreak'].includes(kind),
          ),
        ).toEqual([]);
      }),
    );
  });

  it('stays inside its code', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(kindsOf(parse(codeSpan(text))).filter((kind) => !['root', 'paragraph', 'text', 'inlineCode'].includes(kind))).toEqual([]);
        expect(parse(codeBlock(text)).children.map(({ type }) => type)).toEqual(['code']);
      }),
    );
  });

  it.each([
    ['https://a.example/x?y=(1)', 'https://a.example/x?y=(1)'],
    ['https://a.example/<b>|', 'https://a.example/%3Cb%3E|'],
    ['javascript:alert(1)', undefined],
    ['not an address', undefined],
  ])('links only to web addresses: %s', (url, expected) => {
    const [paragraph] = parse(linkMarkdown(url, 'query *now*')).children;
    const link = paragraph?.type === 'paragraph' ? paragraph.children.find(({ type }) => type === 'link') : undefined;
    expect(link?.type === 'link' ? link.url : undefined).toBe(expected);
    expect(paragraph === undefined ? '' : toString(paragraph)).toContain('query *now*');
  });
});
