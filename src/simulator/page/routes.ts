import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One file that may be served: where it is, and what the browser is told it is. */
export type PageFile = { path: string; type: string; strip: boolean; isDocument: boolean };

const types: Readonly<Record<string, string>> = {
  ts: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml; charset=utf-8',
};

// Only lower-case names of modules, styles and pictures: a path with a dot segment, an escape or a backslash never matches.
const asset = /^\/workspace\/((?:[a-z0-9-]+\/)*[a-z0-9-]+\.(ts|css|svg))$/;

const require = createRequire(import.meta.url);

function vendorFiles(): ReadonlyMap<string, string> {
  const htm = dirname(require.resolve('htm'));
  return new Map([
    ['/vendor/preact.js', require.resolve('preact')],
    ['/vendor/preact-hooks.js', require.resolve('preact/hooks')],
    ['/vendor/htm.js', join(htm, 'htm.mjs')],
    ['/vendor/htm-preact.js', join(htm, '..', 'preact', 'index.mjs')],
  ]);
}

/** The folder of the browser's files inside the project. */
export const workspaceFolder = fileURLToPath(new URL('../../web/workspace/', import.meta.url));

/** Maps a raw request path (no decoding) to the file behind it; undefined for everything that is not the page's. */
export function createRoutes(folder: string): (path: string) => PageFile | undefined {
  const vendor = vendorFiles();
  return (path) => {
    if (path === '/' || path === '/index.html') {
      return { path: join(folder, 'index.html'), type: 'text/html; charset=utf-8', strip: false, isDocument: true };
    }
    const library = vendor.get(path);
    if (library !== undefined) return { path: library, type: 'text/javascript; charset=utf-8', strip: false, isDocument: false };
    const match = asset.exec(path);
    if (match?.[1] === undefined || match[2] === undefined) return undefined;
    return { path: join(folder, match[1]), type: types[match[2]] ?? 'text/plain', strip: match[2] === 'ts', isDocument: false };
  };
}

/** True for the paths that the page server answers itself, be it with 404. */
export function isPagePath(path: string): boolean {
  return path === '/' || path === '/index.html' || path.startsWith('/workspace/') || path.startsWith('/vendor/');
}
