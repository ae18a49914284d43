import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Pages } from './pages.ts';

/** Shows the runbooks of a folder under /runbooks/ as the text they are, so that the cards of the try-out link to something. */
export function createRunbookPages(folder: string): Pages {
  return {
    handle(request: IncomingMessage, response: ServerResponse): boolean {
      const name = /^\/runbooks\/([\w.-]+\.md)$/.exec(request.url?.split('?', 1)[0] ?? '')?.[1];
      // Only a name that the folder itself lists is ever opened.
      if (name === undefined || request.method !== 'GET' || !readdirSync(folder).includes(name)) return false;
      response.writeHead(200, {
        'Content-Type': 'text/plain; charset=utf-8',
        'X-Content-Type-Options': 'nosniff',
        'Content-Security-Policy': "default-src 'none'",
        'Cache-Control': 'no-cache',
      });
      response.end(readFileSync(join(folder, name)));
      return true;
    },
  };
}
