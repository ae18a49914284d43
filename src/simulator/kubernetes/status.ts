import type { Tree } from './tree.ts';

/** A refusal of the API server: the HTTP status and the `Status` object of the body, or plain text where the real one answers so. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: Tree | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly plain: boolean;

  constructor(
    code: number,
    message: string,
    more: { reason?: string; details?: Tree; headers?: Record<string, string>; plain?: boolean } = {},
  ) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.reason = more.reason ?? '';
    this.details = more.details;
    this.headers = more.headers ?? {};
    this.plain = more.plain ?? false;
  }
}

/** A group and a plural, for messages: "pods", "deployments.apps". */
export type Subject = { group: string; resource: string };

const written = ({ group, resource }: Subject): string => (group === '' ? resource : `${resource}.${group}`);
const detailsOf = ({ group, resource }: Subject, name: string): Tree => ({
  ...(name === '' ? {} : { name }),
  ...(group === '' ? {} : { group }),
  kind: resource,
});

export function statusOf(error: ApiError): Tree {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: error.message,
    ...(error.reason === '' ? {} : { reason: error.reason }),
    ...(error.details === undefined ? {} : { details: error.details }),
    code: error.code,
  };
}

export function notFound(subject: Subject, name: string): ApiError {
  return new ApiError(404, `${written(subject)} "${name}" not found`, { reason: 'NotFound', details: detailsOf(subject, name) });
}

/** No such kind or subresource in a group that exists. */
export function noSuchResource(): ApiError {
  return new ApiError(404, 'the server could not find the requested resource', { reason: 'NotFound', details: {} });
}

export function noSuchPath(): ApiError {
  return new ApiError(404, '404 page not found\n', { plain: true });
}

export function methodNotAllowed(): ApiError {
  return new ApiError(405, 'the server does not allow this method on the requested resource', {
    reason: 'MethodNotAllowed',
    details: {},
  });
}

export function unauthorized(): ApiError {
  return new ApiError(401, 'Unauthorized', { reason: 'Unauthorized' });
}

export function forbidden(subject: Subject, name: string, why: string): ApiError {
  const named = name === '' ? written(subject) : `${written(subject)} "${name}"`;
  return new ApiError(403, `${named} is forbidden: ${why}`, { reason: 'Forbidden', details: detailsOf(subject, name) });
}

export function forbiddenPath(user: string, verb: string, path: string): ApiError {
  return new ApiError(403, `forbidden: User "${user}" cannot ${verb} path "${path}"`, { reason: 'Forbidden', details: {} });
}

export function conflict(subject: Subject, name: string, why = modified): ApiError {
  const message = `Operation cannot be fulfilled on ${written(subject)} "${name}": ${why}`;
  return new ApiError(409, message, { reason: 'Conflict', details: detailsOf(subject, name) });
}

const modified = 'the object has been modified; please apply your changes to the latest version and try again';

export function alreadyExists(subject: Subject, name: string): ApiError {
  return new ApiError(409, `${written(subject)} "${name}" already exists`, { reason: 'AlreadyExists', details: detailsOf(subject, name) });
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, message, { reason: 'BadRequest' });
}

/** A cause of a 422: the field, the kind of fault and the text after the field. */
export type Fault = {
  field: string;
  reason: 'FieldValueInvalid' | 'FieldValueRequired' | 'FieldValueForbidden' | 'FieldValueNotSupported' | 'FieldValueDuplicate';
  message: string;
};

export function invalid(what: { group: string; kind: string }, name: string, faults: readonly Fault[]): ApiError {
  // Kubernetes: the same fault twice is one in the text, and two among the causes.
  const texts = [...new Set(faults.map(({ field, message }) => `${field}: ${message}`))];
  const text = texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`;
  const written = what.group === '' ? what.kind : `${what.kind}.${what.group}`;
  return new ApiError(422, `${written} "${name}" is invalid: ${text}`, {
    reason: 'Invalid',
    details: {
      ...(name === '' ? {} : { name }),
      ...(what.group === '' ? {} : { group: what.group }),
      ...(what.kind === '' ? {} : { kind: what.kind }),
      causes: faults.map(({ field, reason, message }) => ({ reason, message, field })),
    },
  });
}

/** A JSON patch that does not fit the object, a failing `test` among others. */
export function unprocessable(): ApiError {
  return new ApiError(422, 'the server rejected our request due to an error in our request', { reason: 'Invalid', details: {} });
}

/** A patch of a type that the resource does not take. */
export function unsupportedPatch(): ApiError {
  return new ApiError(415, '415: Unsupported Media Type', { reason: 'UnsupportedMediaType', details: {} });
}

/** An object or a patch that cannot be read as the kind it is for. */
export function invalidPatch(value: string, why: string): ApiError {
  return invalid({ group: '', kind: '' }, '', [
    { field: 'patch', reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value)}: ${why}` },
  ]);
}

/** What the server does not foresee in a patch is its own failure. */
export function patchFailed(message: string): ApiError {
  return new ApiError(500, message);
}

export function tooLarge(limit: number): ApiError {
  return new ApiError(413, `Request entity too large: limit is ${limit}`, { reason: 'RequestEntityTooLarge' });
}

export function tooManyRequests(retryAfterS: number): ApiError {
  return new ApiError(429, 'Too many requests, please try again later.\n', {
    plain: true,
    headers: { 'Retry-After': String(retryAfterS) },
  });
}

export function gone(): ApiError {
  return new ApiError(410, 'The resourceVersion for the provided watch is too old.', { reason: 'Expired' });
}
