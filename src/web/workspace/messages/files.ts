import { html } from 'htm/preact';
import type { VNode } from 'preact';
import type { PageMessage } from '../../../simulator/slack/page-contract.ts';
import { localImage } from '../blocks/image.ts';

type PageFile = NonNullable<PageMessage['files']>[number];

/** "812 B", "14 kB", "2.3 MB" */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** The files of a message: pictures are shown, everything opens in its own tab. */
export function Files(props: { message: PageMessage; origin: string }): VNode | null {
  const files = props.message.files ?? [];
  if (files.length === 0) return null;
  return html`<ul class="files" aria-label="Files">
    ${files.map((file) => html`<li key=${file.id} data-file=${file.id}>${fileCard(file, props.origin)}</li>`)}
  </ul>`;
}

function fileCard(file: PageFile, origin: string): VNode {
  const title = file.title || file.name;
  const url = localImage(file.url, origin);
  const words = html`<span class="file-title">${title}</span><small>${file.name} · ${fileSize(file.size)}</small>`;
  if (url === undefined) return html`<span class="file">${words}</span>`;
  const isPicture = /\.(?:png|jpe?g|gif|webp|svg)$/i.test(file.name);
  return html`<a class="file" href=${url} target="_blank" rel="noopener">
    ${isPicture && html`<img src=${url} alt=${title} loading="lazy" />`} ${words}
  </a>`;
}
