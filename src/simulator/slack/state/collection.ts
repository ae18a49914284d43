import type { z } from 'zod';
import type { Documents } from './documents.ts';

/** Records of one kind in memory, kept in the documents as well. */
export type Collection<Item> = {
  get(key: string): Item | undefined;
  put(item: Item): void;
  remove(key: string): void;
  values(): readonly Item[];
};

export function createCollection<Item>(
  documents: Documents,
  kind: string,
  shape: { schema: z.ZodType<Item>; keyOf: (item: Item) => string },
): Collection<Item> {
  const items = new Map<string, Item>();
  for (const document of documents.all(kind)) {
    const item = shape.schema.parse(document);
    items.set(shape.keyOf(item), item);
  }
  return {
    get: (key) => items.get(key),
    put(item) {
      items.set(shape.keyOf(item), item);
      documents.put(kind, shape.keyOf(item), item);
    },
    remove(key) {
      items.delete(key);
      documents.remove(kind, key);
    },
    values: () => [...items.values()],
  };
}
