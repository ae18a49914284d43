/** A string or number that only its own constructor makes, so that an incident id is never passed where a channel id belongs. */
export type Brand<T, Name extends string> = T & { readonly __brand: Name };
