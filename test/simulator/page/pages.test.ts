import { createHash } from 'node:crypto';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPages } from '../../../src/simulator/page/pages.ts';

type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

let server: Server;
let folder: string;
let other: Server;

async function listen(pages: ReturnType<typeof createPages>): Promise<Server> {
  const created = createServer((asked, response) => {
    if (!pages.handle(asked, response)) response.writeHead(418).end('not a page');
  });
  await new Promise<void>((resolve) => created.listen(0, '127.0.0.1', resolve));
  return created;
}

/** Sends the path as it is: fetch would tidy the dots away. */
function get(path: string, options: { method?: string; headers?: Record<string, string>; from?: Server } = {}): Promise<Answer> {
  const { port } = (options.from ?? server).address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port, path, method: options.method ?? 'GET', headers: options.headers ?? {} },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (part: string) => (body += part));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      },
    );
    asked.on('error', reject).end();
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-pages-'));
  server = await listen(createPages());
  other = await listen(createPages({ folder }));
});

afterAll(async () => {
  server.close();
  other.close();
  await rm(folder, { recursive: true });
});

describe('the page server', () => {
  it('serves the document with a policy that allows its import map and no other inline script', async () => {
    const { status, headers, body } = await get('/');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['cache-control']).toBe('no-cache');
    expect(headers['x-content-type-options']).toBe('nosniff');
    const inline = [...body.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1] ?? '');
    expect(inline).toHaveLength(1);
    const hash = createHash('sha256')
      .update(inline[0] ?? '')
      .digest('base64');
    expect(headers['content-security-policy']).toContain(`script-src 'self' 'sha256-${hash}';`);
    expect(headers['content-security-policy']).toContain("default-src 'self'");
    expect(headers['content-security-policy']).not.toMatch(/unsafe|\*/);
    expect(body).not.toMatch(/\son\w+=|style=/);
  });

  it('serves every module that the page loads, stripped of its types', async () => {
    const seen = new Set<string>();
    const { body } = await get('/');
    const map = (JSON.parse(/<script type="importmap">([\s\S]*?)<\/script>/.exec(body)?.[1] ?? '{}') as { imports: Record<string, string> })
      .imports;
    const open = ['/workspace/main.ts'];
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      if (seen.has(path)) continue;
      seen.add(path);
      const module = await get(path);
      expect(module.status, path).toBe(200);
      expect(module.headers['content-type'], path).toBe('text/javascript; charset=utf-8');
      for (const match of module.body.matchAll(/(?:^|;)\s*(?:import|export)\s*(?:[\w*{}\s,$]+from\s*)?["']([^"']+)["']/gm)) {
        const specifier = match[1] ?? '';
        const target = specifier.startsWith('.') ? new URL(specifier, `http://x${path}`).pathname : map[specifier];
        expect(target, `${path} imports ${specifier}`).toBeDefined();
        if (target !== undefined) open.push(target);
      }
    }
    expect(seen.size).toBeGreaterThan(40);
    expect([...seen]).toContain('/vendor/preact.js');
    for (const sheet of body.matchAll(/href="(\/workspace\/[^"]+)"/g)) expect((await get(sheet[1] ?? '')).status, sheet[1]).toBe(200);
  });

  it.each([
    '/workspace/../../kernel/hash.ts',
    '/workspace/../index.html',
    '/workspace/%2e%2e/%2e%2e/kernel/hash.ts',
    '/workspace/..%2f..%2fkernel/hash.ts',
    '/workspace/..\\..\\kernel\\hash.ts',
    '/workspace//etc/passwd',
    '/workspace/./main.ts',
    '/workspace/main.ts/',
    '/workspace/main.ts%00.css',
    '/workspace/.env',
    '/workspace/index.html',
    '/workspace/',
    '/vendor/../package.json',
    '/vendor/preact',
    '/vendor/preact/package.json',
    '/vendor/../../package.json',
    '/vendor/zod.js',
  ])('refuses %s', async (path) => {
    const { status, body } = await get(path);
    expect(status).toBe(404);
    expect(body).toBe('Not found\n');
  });

  it.each(['/sim/state', '/api/chat.postMessage', '//workspace/main.ts', '/..', '/package.json', 'http://elsewhere.example/'])(
    'leaves %s to others',
    async (path) => {
      expect((await get(path)).status).toBe(418);
    },
  );

  it('reads only', async () => {
    const { status, headers } = await get('/', { method: 'POST' });
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
    const head = await get('/workspace/main.ts', { method: 'HEAD' });
    expect([head.status, head.body]).toEqual([200, '']);
  });

  it('answers that nothing has changed', async () => {
    const first = await get('/workspace/main.ts?v=1');
    const again = await get('/workspace/main.ts', { headers: { 'if-none-match': String(first.headers.etag) } });
    expect([again.status, again.body]).toEqual([304, '']);
  });

  it('keeps what it stripped until the file changes', async () => {
    const file = join(folder, 'a-module.ts');
    const ask = async () => (await get('/workspace/a-module.ts', { from: other })).body;
    await writeFile(file, 'export const one: number = 1;');
    await utimes(file, 1000, 1000);
    expect(await ask()).toBe('export const one         = 1;');
    await writeFile(file, 'export const two: number = 2;');
    await utimes(file, 1000, 1000);
    expect(await ask()).toBe('export const one         = 1;');
    await utimes(file, 2000, 2000);
    expect(await ask()).toBe('export const two         = 2;');
  });

  it('says that it cannot strip what is no TypeScript', async () => {
    await writeFile(join(folder, 'broken.ts'), 'export const = ;');
    expect((await get('/workspace/broken.ts', { from: other })).status).toBe(500);
    expect((await get('/workspace/missing.ts', { from: other })).status).toBe(404);
  });
});
