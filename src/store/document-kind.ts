import { z } from 'zod';
import { describeError, TocsinError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';

/** One kind of stored document. Both directions throw TocsinError with the document's name and key. */
export type DocumentKind<T> = {
  /** Refuses what could not be read back (`internal`), so that no document is ever stored that blocks its readers later. */
  check(document: T): T;
  /** Reads a document; `precondition` when a newer Tocsin wrote it, `internal` when it is damaged. */
  parse(stored: unknown): T;
  parseText(text: string): T;
  /** Reads JSON that a document is put together from. */
  readText(text: string): unknown;
};

/** The newest schema version of documents that this program knows. */
const knownSchema = 1;

export function documentKind<T>(kind: { name: string; schema: z.ZodType<T>; key: (document: object) => string }): DocumentKind<T> {
  const labelled = (value: unknown) => (isObject(value) ? `${kind.name} ${kind.key(value)}` : kind.name);

  function parse(stored: unknown): T {
    const version = isObject(stored) ? Reflect.get(stored, 'schema') : undefined;
    if (typeof version === 'number' && version > knownSchema) {
      const message = `The stored ${labelled(stored)} was written by a newer Tocsin (schema ${version}; this one knows up to ${knownSchema}). Upgrade this one.`;
      throw new TocsinError('precondition', message);
    }
    const result = kind.schema.safeParse(stored);
    if (result.success) return asParsed(kind.schema, stored);
    throw new TocsinError('internal', `The stored ${labelled(stored)} is damaged at ${firstProblem(result.error)}.`, {
      cause: result.error,
    });
  }

  return {
    parse,
    parseText: (text) => parse(readJson(kind.name, text)),
    readText: (text) => readJson(kind.name, text),
    check(document) {
      const result = kind.schema.safeParse(document);
      if (result.success) return document;
      throw new TocsinError('internal', `The ${labelled(document)} cannot be stored: ${firstProblem(result.error)}.`, {
        cause: result.error,
      });
    },
  };
}

/** The fields that name a document in messages, as far as it has them: what names a damaged one may be anything. */
export function keyOf(...fields: readonly string[]): (document: object) => string {
  return (document) => {
    const nameIn = (field: string): string => {
      const value: unknown = Reflect.get(document, field);
      return typeof value === 'string' || typeof value === 'number' ? String(value) : `(no ${field})`;
    };
    return fields.map(nameIn).join(':');
  };
}

/**
 * Reads many documents for a list. An unreadable one is logged and left out, because one damaged incident must not stop the work on all others;
 * whoever asks for it by its key gets the error.
 */
export function parseReadable<S, T>(log: Log, stored: readonly S[], parse: (one: S) => T): readonly T[] {
  return stored.flatMap((one) => {
    try {
      return [parse(one)];
    } catch (error) {
      log.error({ error: describeError(error) }, 'a stored document cannot be read and is left out of a list');
      return [];
    }
  });
}

type Shape<T> = {
  // A field that T may lack needs an optional schema, and one that T always has must not get one.
  [K in keyof T]-?: Partial<Pick<T, K>> extends Pick<T, K> ? z.ZodOptional<z.ZodType<Exclude<T[K], undefined>>> : z.ZodType<T[K]>;
};

/** An object schema that names every field of T, so that a new field cannot be forgotten here. Fields of later versions pass through. */
export function shape<T extends object>(fields: Shape<T>): z.ZodType<T> {
  const loose: z.ZodType = z.looseObject(fields);
  return trusted<T>(loose);
}

/**
 * A schema that looks at an object once. Documents share the parts that a change leaves as they are, and nobody changes a part in place; so of
 * an incident with thousands of alerts only those are checked that are new.
 */
export function once<T extends object>(schema: z.ZodType<T>): z.ZodType<T> {
  const accepted = new WeakSet();
  const checked = z.unknown().superRefine((value, context) => {
    if (isObject(value) && accepted.has(value)) return;
    const result = schema.safeParse(value);
    if (!result.success) for (const { path, message } of result.error.issues) context.addIssue({ code: 'custom', path, message });
    else if (isObject(value)) accepted.add(value);
  });
  return trusted<T>(checked);
}

/** Gives a schema the type of what it is known to accept. Safe where the schema checks the form and T is that form's brand or name. */
export function trusted<T>(schema: z.ZodType): z.ZodType<T> {
  // The schema's own type is wider than T only by a brand or by fields that it passes through.
  return schema as z.ZodType<T>;
}

/** What was read itself rather than zod's copy, which lacks keys such as `__proto__`: the timeline's hashes cover every key. */
function asParsed<T>(_accepted: z.ZodType<T>, stored: unknown): T {
  // This schema has just accepted it, and schemas of documents only check: none of them transforms.
  return stored as T;
}

function firstProblem(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'an unknown place';
  return `"${issue.path.map(String).join('.')}" (${issue.message})`;
}

function readJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TocsinError('internal', `A stored ${name} is damaged: it is not JSON.`, { cause });
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
