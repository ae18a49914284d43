import type { PageEvent } from '../page-contract.ts';

/** A change: what the page follows, and what only tests and drills look at. */
export type WorkspaceChange = PageEvent | { type: 'home'; user: string } | { type: 'canvas'; id: string };

/** Tells listeners about every change that somebody could see, after it was made. */
export type Changes = {
  emit(event: WorkspaceChange): void;
  listen(listener: (event: WorkspaceChange) => void): () => void;
};

export function createChanges(): Changes {
  const listeners = new Set<(event: WorkspaceChange) => void>();
  return {
    emit(event) {
      for (const listener of listeners) listener(event);
    },
    listen(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
