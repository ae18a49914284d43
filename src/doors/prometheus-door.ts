/** A question to the configured Prometheus: instant, or over a range. Times are as the API takes them (unix seconds or RFC 3339). */
export type PromqlRequest = {
  endpoint: 'query' | 'query_range';
  promql: string;
  parameters: Readonly<Record<string, string>>;
  signal: AbortSignal;
};

/** The configured Prometheus as the curl door needs it: the answer's text exactly as the server gave it. */
export type PrometheusDoor = {
  /** Whether an address is this Prometheus: its own host and port, or one of the names that runbooks know it by. */
  answersTo(url: URL): boolean;
  /** Throws TocsinError `unavailable` or `timeout`. */
  ask(request: PromqlRequest): Promise<{ status: number; body: string }>;
};

/** What Prometheus answered. A scalar is a vector of one sample without labels. Values are numbers, NaN and infinities included, as text. */
export type QueryAnswer = {
  promql: string;
  type: 'vector' | 'matrix';
  series: readonly { labels: Readonly<Record<string, string>>; points: readonly (readonly [unixSeconds: number, value: string])[] }[];
  warnings: readonly string[];
};

/** The number of a value's text; Prometheus writes infinities in words. */
export function sampleValue(text: string): number {
  if (text === '+Inf' || text === 'Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  return text.trim() === '' ? Number.NaN : Number(text);
}
