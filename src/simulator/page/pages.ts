import { readFile, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import { describeError } from '../../kernel/errors.ts';
import { sha256 } from '../../kernel/hash.ts';
import type { Log } from '../../kernel/log.ts';
import { silentLog } from '../../kernel/log.ts';
import { contentSecurityPolicy } from './policy.ts';
import { createRoutes, isPagePath, workspaceFolder, type PageFile } from './routes.ts';

export type PagesOptions = {
  /** The folder with index.html and the modules; the project's own by default. */
  folder?: string;
  log?: Log;
};

/** Serves the browser page of the try-out. */
export type Pages = {
  /** True when the request is for the page and is being answered; false leaves the response untouched. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
};

type Ready = { modifiedMs: number; body: string; tag: string; policy: string };

const closedPolicy = "default-src 'none'; frame-ancestors 'none'";

/** There is no build step: TypeScript is stripped when it is asked for, and kept in memory until its file changes. */
export function createPages(options: PagesOptions = {}): Pages {
  const route = createRoutes(options.folder ?? workspaceFolder);
  const log = options.log ?? silentLog;
  const cache = new Map<string, Ready>();

  async function read(file: PageFile): Promise<Ready> {
    const modifiedMs = (await stat(file.path)).mtimeMs;
    const kept = cache.get(file.path);
    if (kept?.modifiedMs === modifiedMs) return kept;
    const source = await readFile(file.path, 'utf8');
    const body = file.strip ? stripTypeScriptTypes(source) : source;
    const policy = file.isDocument ? contentSecurityPolicy(body) : closedPolicy;
    const ready = { modifiedMs, body, tag: `"${sha256(body).slice(0, 32)}"`, policy };
    cache.set(file.path, ready);
    return ready;
  }

  async function answer(file: PageFile, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const ready = await read(file);
    response.setHeader('content-security-policy', ready.policy);
    response.setHeader('etag', ready.tag);
    if (request.headers['if-none-match'] === ready.tag) {
      response.writeHead(304).end();
      return;
    }
    response.writeHead(200, { 'content-type': file.type, 'content-length': Buffer.byteLength(ready.body) });
    response.end(request.method === 'HEAD' ? undefined : ready.body);
  }

  return {
    handle(request, response) {
      const path = (request.url ?? '').split('?', 1)[0] ?? '';
      if (!isPagePath(path)) return false;
      response.setHeader('cache-control', 'no-cache');
      response.setHeader('x-content-type-options', 'nosniff');
      response.setHeader('referrer-policy', 'no-referrer');
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        response.setHeader('allow', 'GET, HEAD');
        refuse(response, 405);
        return true;
      }
      const file = route(path);
      if (file === undefined) {
        refuse(response, 404);
        return true;
      }
      answer(file, request, response).catch((error: unknown) => {
        const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
        if (!isMissing) log.error({ path, error: describeError(error) }, 'a file of the try-out page could not be served');
        refuse(response, isMissing ? 404 : 500);
      });
      return true;
    },
  };
}

function refuse(response: ServerResponse, status: 404 | 405 | 500): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const texts = { 404: 'Not found\n', 405: 'Only GET and HEAD\n', 500: 'The page could not be read; the log says why\n' };
  response.setHeader('content-security-policy', closedPolicy);
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(texts[status]);
}
