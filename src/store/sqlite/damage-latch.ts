import type { TocsinError } from '../../kernel/errors.ts';
import { fromSqliteError, isDamage } from './errors.ts';

/** Remembers that some work met a damaged page of the file, for other work that is in vain while this one cannot be done. */
export type DamageLatch = {
  watch<T>(work: () => Promise<T>): Promise<T>;
  /** As `watch`; where it works, what was remembered is over. */
  renew<T>(work: () => Promise<T>): Promise<T>;
  /** Throws what was met. */
  requireSound(): void;
};

export function createDamageLatch(): DamageLatch {
  let met: TocsinError | undefined;

  async function watch<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isDamage(error)) met = fromSqliteError(error);
      throw error;
    }
  }

  return {
    watch,
    async renew(work) {
      const result = await watch(work);
      met = undefined;
      return result;
    },
    requireSound() {
      if (met !== undefined) throw met;
    },
  };
}
