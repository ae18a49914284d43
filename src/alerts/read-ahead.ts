import type { Delivery } from './alert.ts';
import { parseWebhook, readWebhook } from './parse-webhook.ts';
import type { ParsedWebhook, WebhookBody } from './parse-webhook.ts';

/** What the intake opened, kept for the ingest of the same process: it would open the same again. */
export type ReadAhead = {
  keep(delivery: Pick<Delivery, 'id' | 'body'>, opened: WebhookBody): void;
  /** What the delivery says. What was kept for it is not kept any longer. */
  take(delivery: Pick<Delivery, 'id' | 'body' | 'receivedAt'>): ParsedWebhook;
};

export function createReadAhead(maxBytes = 4 * 1024 * 1024): ReadAhead {
  const kept = new Map<string, { opened: WebhookBody; bytes: number }>();
  let bytes = 0;

  function drop(id: string): void {
    bytes -= kept.get(id)?.bytes ?? 0;
    kept.delete(id);
  }

  return {
    keep({ id, body }, opened) {
      // What waits is worked off oldest first, so that is what stays.
      if (bytes + body.length > maxBytes) return;
      kept.set(id, { opened, bytes: body.length });
      bytes += body.length;
    },
    take({ id, body, receivedAt }) {
      const opened = kept.get(id)?.opened;
      drop(id);
      return opened === undefined ? parseWebhook(body, receivedAt) : readWebhook(opened, receivedAt);
    },
  };
}
