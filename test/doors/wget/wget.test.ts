import { describe, expect, it } from 'vitest';
import { createWgetDoor } from '../../../src/doors/wget/door.ts';
import { readWget } from '../../../src/doors/wget/read-wget.ts';
import { createOutside, runDoor } from '../curl/support.ts';

const wget = createWgetDoor();
const pages = { 'http://api/health': { body: 'ok\n' }, 'http://api/missing': { status: 404 }, 'http://api/jobs': { body: 'done' } };

describe('wget', () => {
  it.each([
    [['-qO-', 'http://api/health'], { stdout: 'ok\n', stderr: '', exitCode: 0 }],
    [['-q', '-O', '-', 'api/health'], { stdout: 'ok\n', exitCode: 0 }],
    [['--spider', '-q', 'http://api/health'], { stdout: '', stderr: '', exitCode: 0 }],
    [['-O', '/dev/null', 'http://api/health'], { stdout: '', exitCode: 0 }],
    [['-qO-', 'http://api/missing'], { stdout: '', stderr: '', exitCode: 8 }],
    [['-O-', 'http://nowhere/'], { stdout: '', stderr: 'wget: Could not resolve host: nowhere\n', exitCode: 4 }],
  ])('wget %j', async (argv, expected) => {
    expect(await runDoor(wget, argv, createOutside(pages))).toMatchObject(expected);
  });

  it('asks Prometheus as curl does', async () => {
    const outside = createOutside();
    await runDoor(wget, ['-qO-', 'http://prometheus:9090/api/v1/query?query=rate(x[5m])'], outside);
    expect(outside.asked).toEqual([{ endpoint: 'query', promql: 'rate(x[5m])', parameters: {} }]);
  });

  it('shows the server without its cookies', async () => {
    const headers: [string, string][] = [
      ['X-Id', '7'],
      ['Set-Cookie', 'sid=hidden'],
    ];
    expect(await runDoor(wget, ['-qSO-', 'http://api/'], createOutside({ 'http://api/': { body: 'ok', headers } }))).toMatchObject({
      stdout: 'ok',
      stderr: '  HTTP/1.1 200 OK\n  X-Id: 7\n  Set-Cookie: ****\n',
    });
  });

  it('posts through the effects', async () => {
    const outside = createOutside(pages);
    await runDoor(wget, ['-qO-', '--post-data=a=1', 'http://api/jobs'], outside);
    expect(outside.changes).toMatchObject([{ method: 'POST', body: 'a=1' }]);
  });

  it.each([
    [['http://api/file'], 'manual'],
    [['-O', 'out', 'http://api/'], 'manual'],
    [['-i', 'list'], 'manual'],
    [['-qO-', 'http://localhost/'], 'manual'],
    [['-qO-', '--post-file=x', 'http://api/'], 'manual'],
    [['-qO-', '--method=DELETE', 'http://api/'], 'change'],
    [['-qO-', 'http://api/'], 'read'],
  ])('%j is %s', (argv, type) => {
    expect(readWget(argv).effect.type).toBe(type);
  });
});
