import { z } from 'zod';

const answerSchema = z.object({
  status: z.string(),
  error: z.string().optional(),
  errorType: z.string().optional(),
  data: z.object({ resultType: z.string(), result: z.unknown() }).optional(),
});

const point = z.tuple([z.number(), z.string()]);
const seriesSchema = z.array(
  z.object({ metric: z.record(z.string(), z.string()), value: point.optional(), values: z.array(point).optional() }),
);

/** A question to the HTTP API. */
export type Asked = { endpoint: 'query' | 'query_range'; form: Record<string, string> };

export async function ask(url: string, { endpoint, form }: Asked) {
  const response = await fetch(`${url}/api/v1/${endpoint}`, { method: 'POST', body: new URLSearchParams(form) });
  return { ...answerSchema.parse(await response.json()), httpStatus: response.status };
}

/** The series of an answer by their labels, in one order. */
export function normal(result: unknown) {
  const parsed = seriesSchema.safeParse(result);
  if (!parsed.success) return [{ labels: '', points: [point.parse(result)] }];
  return parsed.data
    .map(({ metric, value, values }) => ({
      labels: JSON.stringify(Object.entries(metric).toSorted(([a], [b]) => (a < b ? -1 : 1))),
      points: values ?? (value === undefined ? [] : [value]),
    }))
    .toSorted((a, b) => (a.labels < b.labels ? -1 : 1));
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Number(a), Number(b)];
  if (a === b) return true;
  return Math.abs(left - right) <= 1e-9 * Math.max(Math.abs(left), Math.abs(right), 1e-12);
}

/** Where the two answers differ, in words; empty when they do not. */
export function differences(real: unknown, simulated: unknown): string[] {
  const [expected, actual] = [normal(real), normal(simulated)];
  const names = (list: typeof expected) => list.map(({ labels, points }) => `${labels} × ${points.length}`);
  if (JSON.stringify(names(expected)) !== JSON.stringify(names(actual)))
    return [`series: real ${names(expected).join(' ')}, simulated ${names(actual).join(' ')}`];
  return expected.flatMap(({ labels, points }, row) =>
    points.flatMap(([t, value], column) => {
      const [otherT, other] = actual[row]?.points[column] ?? [0, ''];
      return t === otherT && isSame(value, other) ? [] : [`${labels} at ${t}: real ${value}, simulated ${other} at ${otherT}`];
    }),
  );
}
