import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { pictureSvg } from '../../src/charts/picture.ts';
import { renderChart } from '../../src/charts/render-chart.ts';
import { course, courses, moment } from './answers.ts';

const title = 'Current error rate';
const incidentStart = new Date(Date.UTC(2026, 2, 14, 9, 30));
const rising = course((minute) => (minute < 20 || minute > 30 ? minute / 8 : undefined));

/** What a PNG says of itself, and its filtered pixels. */
function decode(png: Uint8Array) {
  const bytes = Buffer.from(png);
  expect(bytes.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a');
  const data: Buffer[] = [];
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at))
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT') data.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)));
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20), pixels: inflateSync(Buffer.concat(data)) };
}

function heightOf(svg: string): number {
  return Number(/^<svg[^>]* height="(\d+)"/.exec(svg)?.[1]);
}

describe('a chart', () => {
  it('is a PNG of twice the size of its picture', async () => {
    const options = { title, unit: '%', threshold: 1, incidentStart };
    const { width, height, pixels } = decode(await renderChart(rising, options));
    expect(width).toBe(720);
    expect(height).toBe(2 * heightOf(pictureSvg(rising, options)));
    // Text and lines: more than a few shades.
    expect(new Set(pixels).size).toBeGreaterThan(20);
  });

  it('is the same text each time, as reviewed', async () => {
    const svg = pictureSvg(rising, { title, unit: '%', threshold: 1, incidentStart });
    expect(pictureSvg(rising, { title, unit: '%', threshold: 1, incidentStart })).toBe(svg);
    await expect(svg).toMatchFileSnapshot('../golden/charts/error-rate.svg');
    await expect(pictureSvg(courses(11), { title: 'Memory by pod', dark: true })).toMatchFileSnapshot('../golden/charts/pods.svg');
    const types = moment([
      ['gpu_out_of_memory', '2.2'],
      ['decode_timeout', '0.55'],
    ]);
    await expect(pictureSvg(types, { title: 'Error types', threshold: 1 })).toMatchFileSnapshot('../golden/charts/types.svg');
  });

  it('marks the limit and the start of the incident, where it lies within', () => {
    const svg = pictureSvg(rising, { title, unit: '%', threshold: 1, incidentStart });
    expect(svg).toContain('limit 1 %');
    expect(svg).toContain('incident 09:30');
    expect(svg).toContain('09:00 to 10:00 UTC');
    expect(pictureSvg(rising, { title, incidentStart: new Date(Date.UTC(2026, 2, 14, 3)) })).not.toContain('incident');
  });

  it('shows a gap as a gap', () => {
    const lines = (svg: string) => /<path d="([^"]+)"[^>]*stroke="#0072b2"/.exec(svg)?.[1]?.match(/M/g)?.length;
    expect(lines(pictureSvg(rising, { title }))).toBe(2);
    expect(
      lines(
        pictureSvg(
          course((minute) => minute),
          { title },
        ),
      ),
    ).toBe(1);
  });

  it('names eight series at most, and says what the rest is', () => {
    const svg = pictureSvg(courses(11), { title });
    expect(svg.match(/gpu-worker-7c9d5b8f4-\d/g)).toHaveLength(8);
    expect(svg).toContain('and 3 more series, last between 70 and 210');
  });

  it('says that there is no data', async () => {
    expect(pictureSvg(moment([]), { title })).toContain('>No data<');
    expect(pictureSvg(moment([['a', 'NaN']]), { title })).toContain('>No finite values<');
    expect(decode(await renderChart(moment([]), { title })).width).toBe(720);
  });

  it('keeps its size with many points, and the peak among them', () => {
    const many = courses(8);
    const series = many.series.map(({ labels }, which) => ({
      labels,
      points: Array.from({ length: 11_000 }, (_, index) => [index * 15, String(index === 7777 ? 500 : which)] as const),
    }));
    const svg = pictureSvg({ ...many, series }, { title });
    expect(svg.length).toBeLessThan(200_000);
    expect(svg).toContain('500<');
  });

  it('draws nothing where it has no number', () => {
    const svg = pictureSvg(
      moment([
        ['a', '1e308'],
        ['b', '-1e308'],
        ['c', '3'],
      ]),
      { title, threshold: 1 },
    );
    expect(svg).not.toMatch(/="[^"]*(?:Infinity|NaN)/);
  });

  it('forms no markup from text of others', () => {
    const hostile = moment([
      ['</text><script>alert(1)</script>&"\u0007\u202e', '1'],
      ['b', '2'],
    ]);
    const svg = pictureSvg(hostile, { title: '<b>&title' });
    for (const odd of ['<script', '<b>', '\u0007', '\u202e']) expect(svg).not.toContain(odd);
    expect(svg).toContain('&lt;b&gt;&amp;title');
  });
});
