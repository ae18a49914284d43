import { randomBytes, randomInt } from 'node:crypto';
import { ApiError } from './api-error.ts';

/** What a trigger id stands for: who acted, and inside which view. */
export type Trigger = { user: string; viewId?: string };

export type Triggers = {
  create(trigger: Trigger, nowMs: number): string;
  /** Exchanges a trigger id; it works once and for three seconds. Throws ApiError otherwise. */
  exchange(id: string, nowMs: number): Trigger;
};

const lifeMs = 3000;
const shape = /^\d+\.\d+\.[0-9a-f]+$/;
/** Used and expired ids are remembered long enough to tell them from invented ones. */
const remembered = 10_000;

export function createTriggers(): Triggers {
  const known = new Map<string, { trigger: Trigger; createdMs: number; isUsed: boolean }>();
  return {
    create(trigger, nowMs) {
      const id = `${randomInt(1_000_000_000)}.${randomInt(1_000_000_000)}.${randomBytes(16).toString('hex')}`;
      known.set(id, { trigger, createdMs: nowMs, isUsed: false });
      const oldest = known.keys().next();
      if (known.size > remembered && oldest.done !== true) known.delete(oldest.value);
      return id;
    },
    exchange(id, nowMs) {
      const found = known.get(id);
      if (!shape.test(id) || found === undefined) throw new ApiError('invalid_trigger_id');
      if (found.isUsed) throw new ApiError('exchanged_trigger_id');
      if (nowMs - found.createdMs > lifeMs) throw new ApiError('expired_trigger_id');
      found.isUsed = true;
      return found.trigger;
    },
  };
}
