import type { Registry } from 'prom-client';

/** The value of one series as a scrape shows it: `tocsin_x_total{kind="a"}`, its labels in the order in which they are written there. */
export async function figure(registry: Registry, series: string): Promise<number | undefined> {
  return figureIn(await registry.metrics(), series);
}

export function figureIn(text: string, series: string): number | undefined {
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1).replace('+Inf', 'Infinity'));
}
