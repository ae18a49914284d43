import { describe, expect, it } from 'vitest';
import { createCurlDoor } from '../../../src/doors/curl/door.ts';
import { readPromql } from '../../../src/doors/curl/promql-request.ts';
import { createOutside, runDoor } from './support.ts';

const curl = createCurlDoor();
const at = 'http://prometheus:9090/api/v1/query';

const questions: readonly [string, readonly string[], string][] = [
  ['literal, brackets', ['-s', `${at}?query=sum(rate(x[1h]))`], 'sum(rate(x[1h]))'],
  ['literal, blanks', ['-s', `${at}?query=sum(rate(x[1h])) by (a)`], 'sum(rate(x[1h])) by (a)'],
  ['literal, braces', [`${at}?query=up{job="a"}`], 'up{job="a"}'],
  ['a plus stays', [`${at}?query=a+b`], 'a+b'],
  ['encoded', [`${at}?query=sum%28rate%28x%5B5m%5D%29%29`], 'sum(rate(x[5m]))'],
  ['half encoded', [`${at}?query=sum(rate(x[5m]))%20by%20(job)`], 'sum(rate(x[5m])) by (job)'],
  ['--data-urlencode', ['-G', at, '--data-urlencode', 'query=up{a="b"}'], 'up{a="b"}'],
  ['--url-query', ['--url-query', 'query=up > 1', at], 'up > 1'],
  ['-d', ['-sd', 'query=up', at], 'up'],
  ['flags after the address', [`${at}?query=up`, '-s', '--max-time', '5'], 'up'],
  ['clustered flags', ['-sSfg', `${at}?query=rate(x[5m])`], 'rate(x[5m])'],
];

describe('PromQL in an address', () => {
  it.each(questions)('%s', async (_, argv, promql) => {
    const outside = createOutside();
    const said = await runDoor(curl, argv, outside);
    expect(outside.asked.map((request) => request.promql)).toEqual([promql]);
    expect(said).toMatchObject({ stdout: '{"status":"success"}', exitCode: 0 });
  });

  it.each([
    ['sum(rate(x[5m]))%20by%20(job)', 'sum(rate(x[5m])) by (job)'],
    ['a%60', 'a%60'],
    ['rate(x[1m])%60', 'rate(x[1m])%60'],
    ['up%3E5', 'up>5'],
    ['sum(rate(x%5B5m%5D))+by+(a)', 'sum(rate(x[5m])) by (a)'],
  ])('%s is read as %s', (text, promql) => {
    expect(readPromql(text)).toBe(promql);
  });

  it('takes the parameters beside the query, and ranges', async () => {
    const outside = createOutside();
    await runDoor(curl, [`${at}_range?query=up[5m]&start=1&end=2&step=60`], outside);
    expect(outside.asked).toEqual([{ endpoint: 'query_range', promql: 'up[5m]', parameters: { start: '1', end: '2', step: '60' } }]);
  });

  it('says on stderr what curl itself would not do, and only then', async () => {
    const outside = createOutside();
    expect((await runDoor(curl, ['-s', `${at}?query=rate(x[1h])`], outside)).stderr).toBe(
      'note: works here, fails in curl: [ ] is a range there; use -g, or use -G --data-urlencode\n',
    );
    expect((await runDoor(curl, ['-s', `${at}?query=sum(x)`], outside)).stderr).toBe('');
    expect((await runDoor(curl, ['-sg', `${at}?query=rate(x[1h])`], outside)).stderr).toBe('');
    expect((await runDoor(curl, ['-s', `${at}?query=up{a="b"}`], outside)).stderr).toContain('takes the braces away');
    expect((await runDoor(curl, ['-sg', `${at}?query=a by (b)`], outside)).stderr).toContain('a blank cannot stand in an address');
  });
});
