import type { Model, Step } from './model.ts';
import { reduce } from './reducer.ts';

export type Store = {
  read: () => Model;
  send: (step: Step) => void;
  /** Called after every step that changed something; returns how to stop. */
  subscribe(listener: () => void): () => void;
};

export function createStore(initial: Model): Store {
  let model = initial;
  const listeners = new Set<() => void>();
  return {
    read: () => model,
    send(step) {
      const next = reduce(model, step);
      if (next === model) return;
      model = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
