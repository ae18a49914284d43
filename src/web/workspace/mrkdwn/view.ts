import { html } from 'htm/preact';
import type { ComponentChild, VNode } from 'preact';
import type { PageChannel, PagePerson } from '../../../simulator/slack/page-contract.ts';
import { formatSlackDate, fullTime } from './dates.ts';
import type { Block, Inline } from './nodes.ts';
import { parseMrkdwn } from './parse.ts';

/** What a text needs to know to name people and channels, and to say how long ago something was. */
export type TextScope = {
  people: ReadonlyMap<string, PagePerson>;
  channels: ReadonlyMap<string, PageChannel>;
  actingAs: string;
  now: number;
};

/** A link that opens elsewhere and tells that place nothing about this page. The parser let only safe addresses through. */
export function ExternalLink(props: { url: string; children: ComponentChild }): VNode {
  return html`<a href=${props.url} target="_blank" rel="noopener noreferrer nofollow">${props.children}</a>`;
}

/** Draws inline nodes. Text only ever becomes text nodes and attribute values. */
export function renderInline(nodes: readonly Inline[], scope: TextScope): ComponentChild[] {
  return nodes.map((node) => renderNode(node, scope));
}

const tags = { bold: 'strong', italic: 'em', strike: 'del' } as const;

function renderNode(node: Inline, scope: TextScope): ComponentChild {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'bold':
    case 'italic':
    case 'strike':
      return html`<${tags[node.kind]}>${renderInline(node.children, scope)}<//>`;
    case 'code':
      return html`<code>${node.text}</code>`;
    case 'link':
      return html`<${ExternalLink} url=${node.url}>${node.label}<//>`;
    case 'emoji':
      return html`<span class="emoji" role="img" aria-label=${node.name.replaceAll('_', ' ')} title=${`:${node.name}:`}
        >${node.glyph}</span
      >`;
    case 'date':
      return renderDate(node, scope);
    default:
      return renderMention(node, scope);
  }
}

function renderMention(node: Extract<Inline, { kind: 'user' | 'channel' | 'mention' }>, scope: TextScope): ComponentChild {
  switch (node.kind) {
    case 'user':
      return userMention(node.id, node.label, scope);
    case 'channel':
      return html`<span class="mention">#${scope.channels.get(node.id)?.name ?? (node.label || node.id)}</span>`;
    case 'mention':
      return html`<span class="mention mention-all">${node.label}</span>`;
  }
}

function userMention(id: string, label: string, scope: TextScope): ComponentChild {
  const person = scope.people.get(id);
  const name = person?.name ?? (label || id);
  const kind = id === scope.actingAs ? 'mention mention-me' : 'mention';
  return html`<span class=${kind} title=${person === undefined ? undefined : `${person.realName}, ${person.title}`}>@${name}</span>`;
}

/** The end of the year 9999: what comes after it is no time that anybody means. */
const lastShowable = Date.UTC(9999, 11, 31);

function renderDate(node: Inline & { kind: 'date' }, scope: TextScope): ComponentChild {
  const instant = new Date(node.at);
  if (Number.isNaN(instant.getTime()) || node.at > lastShowable) return node.fallback;
  const text = formatSlackDate(node.at, node.format, scope.now);
  const time = html`<time datetime=${instant.toISOString()} title=${fullTime(node.at)}>${text}</time>`;
  return node.url === undefined ? time : html`<${ExternalLink} url=${node.url}>${time}<//>`;
}

/** Draws block nodes. */
export function renderBlocks(blocks: readonly Block[], scope: TextScope): ComponentChild[] {
  return blocks.map((block) => renderBlock(block, scope));
}

function renderBlock(block: Block, scope: TextScope): ComponentChild {
  switch (block.kind) {
    case 'paragraph':
      return html`<div class="line">${renderInline(block.children, scope)}</div>`;
    case 'heading':
      return html`<div class=${`md-heading md-heading-${block.level}`} role="heading" aria-level=${block.level + 2}>
        ${renderInline(block.children, scope)}
      </div>`;
    case 'quote':
      return html`<blockquote>${renderBlocks(block.blocks, scope)}</blockquote>`;
    case 'pre':
      return html`<pre tabindex="0"><code>${block.text}</code></pre>`;
    case 'rule':
      return html`<hr />`;
    case 'list': {
      const items = block.items.map((item) => html`<li>${renderInline(item, scope)}</li>`);
      return block.ordered
        ? html`<ol start=${block.start}>
            ${items}
          </ol>`
        : html`<ul>
            ${items}
          </ul>`;
    }
  }
}

/** A mrkdwn text, drawn. */
export function Mrkdwn(props: { text: string; scope: TextScope; autolink: boolean }): VNode {
  return html`<div class="mrkdwn">${renderBlocks(parseMrkdwn(props.text, { autolink: props.autolink }), props.scope)}</div>`;
}
