import type { QueryAnswer } from '../doors/prometheus-door.ts';
import type { ScriptResult } from '../interpreter/script.ts';

const start = '{"status":"success","data":{"resultType":';

/**
 * Answers of a Prometheus that a command in a container asked: they only appear in the output. Empty when it cannot be told which answer belongs to which
 * query.
 */
export function printedAnswers(
  { stdout, calls }: ScriptResult,
  readAnswer: (promql: string, body: string) => QueryAnswer | undefined,
): readonly QueryAnswer[] {
  if (stdout.droppedBytes > 0) return [];
  const queries = calls.flatMap(({ argv }) => argv.flatMap(queryIn));
  const bodies = stdout.head
    .split(start)
    .slice(1)
    .map((piece) => start + (piece.split('\n', 1)[0] ?? ''));
  if (queries.length !== bodies.length) return [];
  return queries.flatMap((promql, index) => readAnswer(promql, bodies[index] ?? '') ?? []);
}

function queryIn(word: string): readonly string[] {
  const query = /^https?:\/\/[^/]+\/(?:.*\/)?api\/v1\/query\?query=([^&]+)/.exec(word)?.[1];
  if (query === undefined) return [];
  try {
    return [decodeURIComponent(query)];
  } catch {
    return [query];
  }
}
