import { describe, expect, it } from 'vitest';
import { createCurlDoor } from '../../../src/doors/curl/door.ts';
import { readCurl } from '../../../src/doors/curl/read-curl.ts';
import { TocsinError } from '../../../src/kernel/errors.ts';
import { createOutside, runDoor } from './support.ts';

const curl = createCurlDoor();
const pages = {
  'http://api/health': {
    body: 'ok\n',
    headers: [['content-type', 'text/plain'] as [string, string], ['set-cookie', 'a=b'] as [string, string]],
  },
  'http://api/missing': { status: 404, body: 'no such page' },
  'http://api/moved': { status: 302, headers: [['location', 'http://api/health'] as [string, string]] },
  'http://api/away': { status: 302, headers: [['location', 'http://169.254.169.254/latest'] as [string, string]] },
  'http://169.254.169.254/latest': 'refused' as const,
  'http://api/round': { status: 302, headers: [['location', '/round'] as [string, string]] },
  'http://api/slow': 'down' as const,
  'http://api/jobs': { body: 'done' },
  'http://api/search?q=a+b&x=1': { body: 'found' },
};

describe('reading', () => {
  const readings: readonly [readonly string[], { stdout: string; exitCode: number; stderr?: string }][] = [
    [['-s', 'http://api/health'], { stdout: 'ok\n', exitCode: 0, stderr: '' }],
    [['api/health'], { stdout: 'ok\n', exitCode: 0 }],
    [['-i', 'http://api/health'], { stdout: 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nset-cookie: ****\r\n\r\nok\n', exitCode: 0 }],
    [['-I', 'http://api/missing'], { stdout: 'HTTP/1.1 404 Other\r\n\r\n', exitCode: 0 }],
    [['-f', 'http://api/missing'], { stdout: '', exitCode: 22, stderr: 'curl: (22) The requested URL returned error: 404\n' }],
    [['-sf', 'http://api/missing'], { stdout: '', exitCode: 22, stderr: '' }],
    [['--fail-with-body', 'http://api/missing'], { stdout: 'no such page', exitCode: 22 }],
    [['-so', '/dev/null', '-w', '%{http_code}\\n', 'http://api/missing'], { stdout: '404\n', exitCode: 0 }],
    [['-L', 'http://api/moved'], { stdout: 'ok\n', exitCode: 0 }],
    [['http://api/moved'], { stdout: '', exitCode: 0 }],
    [['-L', 'http://api/away'], { stdout: '', exitCode: 7, stderr: 'curl: (7) 169.254.169.254 is not on the list\n' }],
    [
      ['-sSL', '--max-redirs', '3', 'http://api/round'],
      { stdout: '', exitCode: 47, stderr: 'curl: (47) Maximum (3) redirects followed\n' },
    ],
    [['-m', '1', 'http://api/slow'], { stdout: '', exitCode: 28, stderr: 'curl: (28) Operation timed out after 1000 milliseconds\n' }],
    [['http://nowhere/'], { stdout: '', exitCode: 6, stderr: 'curl: (6) Could not resolve host: nowhere\n' }],
    [['-G', '--data-urlencode', 'q=a b', '-d', 'x=1', 'http://api/search'], { stdout: 'found', exitCode: 0 }],
  ];
  it.each(readings)('curl %j', async (argv, expected) => {
    const outside = createOutside(pages);
    expect(await runDoor(curl, argv, outside)).toMatchObject(expected);
    expect(outside.changes).toEqual([]);
  });

  it('shows with -v what went out and came back, without secrets', async () => {
    const { stderr } = await runDoor(curl, ['-v', '-H', 'Authorization: Bearer abc', 'http://api/health'], createOutside(pages));
    expect(stderr).toContain('> GET /health HTTP/1.1\n');
    expect(stderr).toContain('> Authorization: ****\n');
    expect(stderr).toContain('< set-cookie: ****\n');
    expect(stderr).not.toContain('abc');
  });
});

describe('changing', () => {
  it('goes through the effects, as it stands in the line', async () => {
    const outside = createOutside(pages);
    await runDoor(curl, ['-X', 'DELETE', '-H', 'X-A: 1', 'http://api/jobs'], outside);
    await runDoor(curl, ['--json', '{"a":1}', 'http://api/jobs'], outside);
    await runDoor(curl, ['-d', 'a=1', '-d', 'b=2', 'http://api/jobs'], outside);
    for (const flag of ['-d', '--data-binary']) {
      await runDoor(curl, [flag, '@-', 'http://api/jobs'], { ...outside, stdin: 'pip\r\ned\n' });
    }
    for (const argv of [['-G'], ['-I'], ['-d', 'a=1']]) {
      expect((await runDoor(curl, [...argv, '-d', '@-', 'http://api/jobs'], { ...outside, stdin: 'piped' })).exitCode).toBe(2);
    }
    expect(outside.requests).toEqual([]);
    expect(outside.changes.map(({ method, body }) => [method, body])).toEqual([
      ['DELETE', undefined],
      ['POST', '{"a":1}'],
      ['POST', 'a=1&b=2'],
      ['POST', 'piped'],
      ['POST', 'pip\r\ned\n'],
    ]);
    expect(outside.changes[0]?.headers).toEqual({ Accept: '*/*', 'X-A': '1' });
  });

  it('prints a refusal even with -s', async () => {
    const outside = createOutside(pages);
    const effects = {
      ...outside.session.effects,
      http: () => Promise.reject(new TocsinError('forbidden', 'only reading is allowed here')),
    };
    const said = await runDoor(curl, ['-s', '-X', 'POST', 'http://api/jobs'], { session: { ...outside.session, effects } });
    expect(said).toEqual({ stdout: '', stderr: 'curl: only reading is allowed here\n', exitCode: 1 });
  });
});

describe('readCurl judges a line by its words', () => {
  const effects: readonly [readonly string[], string][] = [
    [['http://api/x'], 'read'],
    [['-I', 'http://api/x'], 'read'],
    [['-d', 'query=up', 'http://prometheus:9090/api/v1/query'], 'read'],
    [['-d', 'a', 'http://api/x'], 'change'],
    [['-X', 'PUT', 'http://api/x'], 'change'],
    [['-XPOST', 'http://api/x'], 'change'],
    [['http://localhost:8080/health'], 'manual'],
    [['http://127.0.0.1/'], 'manual'],
    [['http://[::1]/'], 'manual'],
    [['file:///etc/passwd'], 'manual'],
    [['gopher://x/'], 'manual'],
    [['http://u:p@api/'], 'manual'],
    [['-K', 'x', 'http://api/'], 'manual'],
    [['-F', 'a=@b', 'http://api/'], 'manual'],
    [['-T', 'x', 'http://api/'], 'manual'],
    [['-d', '@file', 'http://api/'], 'manual'],
    [['--data-urlencode', 'a@file', 'http://api/'], 'manual'],
    [['-o', 'out', 'http://api/'], 'manual'],
    [['-O', 'http://api/x'], 'manual'],
    [['-x', 'http://evil', 'http://api/'], 'manual'],
    [['--resolve', 'api:80:1.2.3.4', 'http://api/'], 'manual'],
    [['--unix-socket', '/var/run/docker.sock', 'http://x/'], 'manual'],
    [['-u', 'a:b', 'http://api/'], 'manual'],
    [['http://a/', 'http://b/'], 'manual'],
    [['--nonsense', 'http://api/'], 'manual'],
    [['-X', 'GET\r\nX: y', 'http://api/'], 'manual'],
    [['-H', 'a: b\r\nc: d', 'http://api/'], 'manual'],
    [[], 'manual'],
  ];
  it.each(effects)('%j: %s', (argv, type) => {
    expect(readCurl(argv).effect.type).toBe(type);
  });

  it.each(effects.filter(([, type]) => type === 'manual'))('%j reaches nothing', async (argv) => {
    const outside = createOutside();
    const said = await runDoor(curl, argv, outside);
    expect([outside.requests, outside.changes, outside.asked]).toEqual([[], [], []]);
    expect(said.exitCode).not.toBe(0);
    expect(said.stderr).not.toBe('');
  });

  it('says of localhost what is meant by it', () => {
    expect(readCurl(['http://localhost:9090/'])).toMatchObject({ effect: { fix: expect.stringContaining('kubectl exec') } });
  });
});
