/** A table that names from outside are looked up in. A plain object would know "toString" and all else that every object inherits. */
export function table<T>(entries: Readonly<Record<string, T>>): ReadonlyMap<string, T> {
  return new Map(Object.entries(entries));
}
