import type { Delivery } from './alert.ts';
import { parseWebhook, readWebhook } from './parse-webhook.ts';
import type { ParsedWebhook, WebhookBody } from './parse-webhook.ts';

/** What the intake opened, kept for the ingest of the same process: it would open the same again. */
export type ReadAhead = {
  keep(delivery: Pick<Delivery, 'id' | 'body'>, opened: WebhookBody): void;
  /** What the delivery says. What was kept for it is not kept any longer. */
  take(delivery: Pick<Delivery, 'id' | 'body' | 'receivedAt'>): ParsedWebhook;
};

/** An opened body takes up to 30 times its text, so large ones are opened again. */
const maxBodyLength = 32 * 1024;

export function createReadAhead(maxLength = 1024 * 1024): ReadAhead {
  const kept = new Map<string, { opened: WebhookBody; length: number }>();
  let length = 0;

  function drop(id: string): void {
    length -= kept.get(id)?.length ?? 0;
    kept.delete(id);
  }

  /** What waits is worked off oldest first, so what is left before this one went to another process. */
  function dropBefore(id: string): void {
    for (const [earlier] of kept) {
      if (earlier >= id) return;
      drop(earlier);
    }
  }

  return {
    keep({ id, body }, opened) {
      if (body.length > maxBodyLength || length + body.length > maxLength) return;
      kept.set(id, { opened, length: body.length });
      length += body.length;
    },
    take({ id, body, receivedAt }) {
      const opened = kept.get(id)?.opened;
      drop(id);
      dropBefore(id);
      return opened === undefined ? parseWebhook(body, receivedAt) : readWebhook(opened, receivedAt);
    },
  };
}
