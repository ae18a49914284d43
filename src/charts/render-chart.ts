import type { QueryAnswer } from '../doors/prometheus-door.ts';
import type { ChartOptions } from './picture.ts';

/** Twice the size at which a phone shows it, so that it is sharp there. */
const zoom = 2;

/**
 * An answer as a PNG, 720 pixels wide: lines over time (UTC) or bars for a moment, at most eight series, with the threshold and the start of
 * the incident marked. Without data the picture says so. What draws is loaded with the first picture.
 */
export async function renderChart(answer: QueryAnswer, options: ChartOptions): Promise<Uint8Array> {
  const [{ pictureSvg }, { toPng }] = await Promise.all([import('./picture.ts'), import('./png.ts')]);
  return toPng(pictureSvg(answer, options), zoom);
}

export type { ChartOptions };
