/** What a metrics server said to one instant query. */
export type QueryResult =
  | { type: 'samples'; samples: readonly { labels: Readonly<Record<string, string>>; value: number }[]; warnings: readonly string[] }
  | { type: 'failed'; reason: string; retryable: boolean };

/** Where measurements come from: the metrics server that runbooks ask. */
export type MetricsSource = {
  /** Asks an instant query now. Never throws for an answer or the lack of one. An empty list of samples means "no data", not zero. */
  query(promql: string): Promise<QueryResult>;
};
