import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measurementFor } from '../../src/runbooks/measurement.ts';
import { parseRunbook } from '../../src/runbooks/parse.ts';
import { promqlOf } from '../../src/runbooks/promql-in-curl.ts';

const url = 'http://prometheus:9090/api/v1/query';
const query = (text: string) => promqlOf(text)?.promql;

describe('the PromQL of a curl line', () => {
  it.each([
    [`curl -s "${url}?query=sum(rate(x[1h]))/sum(rate(y[1h]))*100"`, 'sum(rate(x[1h]))/sum(rate(y[1h]))*100'],
    [`curl -s "${url}?query=sum(rate(x[1h])) by (error_type)"`, 'sum(rate(x[1h])) by (error_type)'],
    [`curl '${url}?query=up{job="a",x=~"b|c"}' | jq .`, 'up{job="a",x=~"b|c"}'],
    [`curl "${url}?query=up{job=\\"a\\"}"`, 'up{job="a"}'],
    [`curl "${url}?query=a+b"`, 'a+b'],
    [`curl "${url}?query=sum(rate(x%5B5m%5D))+by+(a)"`, 'sum(rate(x[5m])) by (a)'],
    [`curl "${url}?query=up%3E5&time=3"`, 'up>5'],
    [`curl "${url}?time=3&query=up&timeout=1s"`, 'up'],
    [`curl "${url}?query=x{a=\\"b&c\\"}"`, 'x{a="b&c"}'],
    [`curl "${url}?query=rate(x[1m])%60"`, 'rate(x[1m])%60'],
    [`curl "${url}?query=x%zz"`, 'x%zz'],
    [`curl "${url}?query=x{a=~\\"b$\\"}"`, 'x{a=~"b$"}'],
    [`curl ${url}?query=up`, 'up'],
    [`curl -sG ${url} --data-urlencode 'query=sum(x) > 5 %41'`, 'sum(x) > 5 %41'],
    [`curl -G --data-urlencode=query=up --data-urlencode 'time=1' ${url}`, 'up'],
    [`curl ${url} -d query=up -d time=1`, 'up'],
    [`curl -sd 'query=a%20%2B%20b' ${url}`, 'a + b'],
    [`curl --url "${url}" --url-query 'query=a + b'`, 'a + b'],
    [`curl -fsS -m 5 -H 'X: y' -o /dev/null -w '%{http_code}' -XPOST "${url}?query=up"`, 'up'],
    [`wget -qO- "${url}?query=up"`, 'up'],
    [`wget -q -O - '${url}?query=up' 2>/dev/null`, 'up'],
    [`curl "http://h/prom/api/v1/query_range?query=up&start=1&end=2&step=3"`, 'up'],
    [`watch -n 30 'curl -s "${url}?query=sum(rate(x[5m]))"'`, 'sum(rate(x[5m]))'],
    [`watch -d -n5 "curl -s '${url}?query=up'"`, 'up'],
    [`watch --interval=5 -- curl -s "${url}?query=up"`, 'up'],
  ])('%s', (text, expected) => {
    expect(query(text)).toBe(expected);
  });

  it.each([
    `kubectl exec deploy/prometheus -- curl -s "${url}?query=up"`,
    `kubectl exec deploy/prometheus -- sh -c 'curl "${url}?query=up"'`,
    'curl http://localhost:8080/health',
    `curl "http://h/api/v1/series?match[]=up"`,
    `curl "http://h/x?next=/api/v1/query?query=up"`,
    `curl "${url}?query=up{ns=\\"$NAMESPACE\\"}"`,
    `curl "${url}?query=$(cat q)"`,
    `curl "$PROM/api/v1/query?query=up"`,
    `curl ${url}?query=sum(x)`,
    `curl ${url}?query=up{a="b",c="d"}`,
    `curl "${url}?query=up" "${url}?query=down"`,
    `curl "${url}?query=up" -d query=down`,
    `curl ${url} -d @file`,
    `curl "${url}?query="`,
    `curl "${url}?query=up`,
    `watch curl -s "${url}?query=sum(x)"`,
    `watch -n 0 'curl "${url}?query=up"'`,
    `watch "kubectl exec p -- curl '${url}?query=up'"`,
    `sudo curl "${url}?query=up"`,
    `toString -s "${url}?query=up"`,
    'curl',
    'watch',
    '',
  ])('is not read from %s', (text) => {
    expect(query(text)).toBeUndefined();
  });

  it('comes with what else the line says', () => {
    expect(promqlOf(`watch -n 30 'curl "http://h/api/v1/query_range?query=a%20b"'`)).toEqual({
      promql: 'a b',
      endpoint: 'query_range',
      url: 'http://h/api/v1/query_range',
      reading: 'encoded',
      everySeconds: 30,
    });
    expect(promqlOf('watch \'curl "http://h/api/v1/query?query=up"\'')?.everySeconds).toBe(2);
  });

  it('is what was encoded, and never throws', () => {
    const promql = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.trim() !== '' && !/[\p{Cs}$`\\']/u.test(text));
    fc.assert(
      fc.property(promql, (text) => {
        const encoded = encodeURIComponent(`${text} `).replaceAll("'", '%27');
        expect(query(`curl '${url}?query=${encoded}'`)).toBe(`${text} `);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        promqlOf(`curl ${text}`);
        promqlOf(`watch ${text} ${url}?query=${text}`);
      }),
    );
  });
});

describe('the measurement for a placeholder', () => {
  const runbook = (...lines: string[]) =>
    parseRunbook({ path: 'a.md', text: ['# A', '## Diagnosis', '```bash', ...lines, '```'].join('\n') });

  it('is the query whose title says the same', () => {
    const found = runbook('# Check the current error rate', `curl "${url}?query=a"`, '# Get queue depth', `curl "${url}?query=b"`);
    expect(measurementFor(found, { label: 'Error Rate' })).toMatchObject({ promql: 'a', number: '1.1', line: 5 });
    expect(measurementFor(found, { label: '**Queue depth**' })).toMatchObject({ promql: 'b', title: 'Get queue depth' });
    expect(measurementFor(found, { label: 'Rate' })).toBeUndefined();
    expect(measurementFor(found, { label: '' })).toBeUndefined();
  });

  it('is none when titles that nearly fit lead to different queries', () => {
    const lines = ['# Check error rate', `curl "${url}?query=a"`, '# Check latest error rate', `curl "${url}?query=b"`];
    expect(measurementFor(runbook(...lines), { label: 'Current error rate' })).toBeUndefined();
    expect(measurementFor(runbook(...lines), { label: 'Error rate' })?.promql).toBe('a');
  });

  it('may be a promql block', () => {
    const text = '# A\n## Diagnosis\n```promql\n# Error rate\nsum(x)\n```';
    expect(measurementFor(parseRunbook({ path: 'a.md', text }), { label: 'error rate' })?.promql).toBe('sum(x)');
  });
});
