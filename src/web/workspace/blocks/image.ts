import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { safeUrl } from '../mrkdwn/entities.ts';
import { ExternalLink } from '../mrkdwn/view.ts';
import { fieldsOf, textOf, wordsOf, type Fields } from './json.ts';
import { withEmoji } from './text.ts';

/** The address when this page may show the picture itself: from the simulated workspace, or carried in the address. */
export function localImage(url: string, origin: string): string | undefined {
  if (/^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+$/.test(url)) return url;
  if (!URL.canParse(url, origin)) return undefined;
  const parsed = new URL(url, origin);
  return parsed.origin === origin ? parsed.href : undefined;
}

/** Where this page comes from; outside a browser, a stand-in. */
export function pageOrigin(): string {
  return globalThis.location?.origin ?? 'http://localhost';
}

/** A picture. One from elsewhere is not fetched, because nothing leaves this machine: its description and a link stand in for it. */
export function Picture(props: { image: Fields; kind: 'full' | 'thumbnail' | 'inline' }): VNode {
  const alt = textOf(props.image['alt_text']);
  const url = addressOf(props.image);
  const title = withEmoji(wordsOf(props.image['title']));
  const local = localImage(url, pageOrigin());
  const picture = local === undefined ? standIn(url, alt) : html`<img src=${local} alt=${alt} loading="lazy" />`;
  if (props.kind !== 'full') return html`<span class=${`picture picture-${props.kind}`}>${picture}</span>`;
  return html`<figure class="picture">${title !== '' && html`<figcaption>${title}</figcaption>`}${picture}</figure>`;
}

/** Where a picture is: at its address, or among the files of the workspace. */
function addressOf(image: Fields): string {
  const file = fieldsOf(image['slack_file']);
  const id = textOf(file['id']);
  return textOf(image['image_url']) || textOf(file['url']) || (id === '' ? '' : `/files/${encodeURIComponent(id)}`);
}

function standIn(url: string, alt: string): VNode {
  const address = safeUrl(url);
  const words = alt === '' ? 'Picture' : alt;
  return html`<span class="picture-outside" title="The simulated workspace fetches no picture from outside">
    🖼 ${address === undefined ? words : html`<${ExternalLink} url=${address}>${words}<//>`}
  </span>`;
}
