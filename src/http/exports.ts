import type { IncomingMessage } from 'node:http';
import { plain } from './answer.ts';
import type { Answer } from './answer.ts';
import { hasBearer } from './bearer.ts';
import type { SignedLinks } from './signed-link.ts';

export type ExportFormat = 'md' | 'json';
type ExportDocument = { contentType: string; body: string };

export type ExportOptions = {
  token: string;
  links: SignedLinks;
  /** The incident as a document; undefined when there is no such incident. */
  render: (request: { number: number; format: ExportFormat }) => Promise<ExportDocument | undefined>;
};

/** The path of an incident's export, which `SignedLinks.sign` makes a link of. */
export function exportPath(number: number, format: ExportFormat): string {
  return `/exports/INC-${number}.${format}`;
}

/** `GET /exports/INC-4.md`, with the API token or with a signed link. Nobody else learns which incidents there are. */
export async function answerExport(options: ExportOptions, request: IncomingMessage, url: URL): Promise<Answer> {
  const check = options.links.check(url);
  if (check === 'expired') return plain(410, 'This link has expired. Ask for a new one with /incident export.');
  if (check !== 'valid' && !hasBearer(request, options.token)) {
    return plain(401, 'Unauthorized: use a link from /incident export, or send the API token as a bearer token.', {
      'WWW-Authenticate': 'Bearer',
    });
  }
  const wanted = /^\/exports\/INC-(?<number>[1-9]\d{0,8})\.(?<format>md|json)$/.exec(url.pathname)?.groups;
  const format = wanted?.['format'] === 'json' ? 'json' : 'md';
  const document = wanted === undefined ? undefined : await options.render({ number: Number(wanted['number']), format });
  if (document === undefined) return plain(404, 'There is no such export. The form is /exports/INC-4.md or /exports/INC-4.json.');
  return {
    status: 200,
    body: document.body,
    contentType: document.contentType,
    headers: {
      'Content-Disposition': `attachment; filename="${url.pathname.slice('/exports/'.length)}"`,
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'Referrer-Policy': 'no-referrer',
    },
  };
}
