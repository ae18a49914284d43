import type { Delivery } from './alert.ts';
import { parseWebhook } from './parse-webhook.ts';
import type { ParsedWebhook } from './parse-webhook.ts';

/** What the intake read of a body, kept for the ingest of the same process: it would read the same again. */
export type ReadAhead = {
  keep(delivery: Pick<Delivery, 'id' | 'body'>, parsed: ParsedWebhook): void;
  /** What was kept, or the body read now; it is not kept any longer. */
  take(delivery: Pick<Delivery, 'id' | 'body' | 'receivedAt'>): ParsedWebhook;
};

export function createReadAhead(maxBytes = 4 * 1024 * 1024): ReadAhead {
  const kept = new Map<string, { parsed: ParsedWebhook; bytes: number }>();
  let bytes = 0;

  function drop(id: string): void {
    bytes -= kept.get(id)?.bytes ?? 0;
    kept.delete(id);
  }

  return {
    keep({ id, body }, parsed) {
      // What waits is worked off oldest first, so that is what stays.
      if (bytes + body.length > maxBytes) return;
      kept.set(id, { parsed, bytes: body.length });
      bytes += body.length;
    },
    take({ id, body, receivedAt }) {
      const parsed = kept.get(id)?.parsed ?? parseWebhook(body, receivedAt);
      drop(id);
      return parsed;
    },
  };
}
