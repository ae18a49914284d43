import { z } from 'zod';
import type { ClusterAnswer } from '../cluster.ts';

const statusSchema = z.object({
  kind: z.literal('Status'),
  message: z.string().default(''),
  reason: z.string().default(''),
  code: z.number().default(0),
  details: z
    .object({
      name: z.string().default(''),
      kind: z.string().default(''),
      causes: z
        .array(z.object({ reason: z.string().default(''), message: z.string().default(''), field: z.string().default('') }))
        .default([]),
    })
    .optional(),
});

/** The API server's refusal, as its `Status` object says it. */
export type ApiStatus = Omit<z.infer<typeof statusSchema>, 'kind'>;

/** An error as kubectl prints it: `text` is all of stderr and ends with a newline; `message` is the line that a list of errors shows. */
export class KubectlError extends Error {
  readonly text: string;
  readonly exitCode: number;
  /** Present when the API server refused. */
  readonly status: ApiStatus | undefined;

  constructor(message: string, options: { text?: string; exitCode?: number; status?: ApiStatus } = {}) {
    super(message);
    this.name = 'KubectlError';
    const text = options.text ?? (options.status !== undefined || message.startsWith('error: ') ? message : `error: ${message}`);
    this.text = text === '' || text.endsWith('\n') ? text : `${text}\n`;
    this.exitCode = options.exitCode ?? 1;
    this.status = options.status;
  }
}

/** Several errors as kubectl prints them: one alone as itself, more line by line without "error:". */
export function joinErrors(errors: readonly KubectlError[]): KubectlError {
  const [first] = errors;
  if (first !== undefined && errors.length === 1) return first;
  return new KubectlError(errors.map((error) => error.message).join('; '), { text: errors.map((error) => `${error.message}\n`).join('') });
}

/** A refusal of the API server as kubectl's error. `asked` names the request for servers that answer without a `Status`. */
export function refusalError(answer: ClusterAnswer, asked: { method: string; resource?: string; name?: string }): KubectlError {
  return statusError(readStatus(answer.body) ?? genericStatus(answer, asked));
}

export function statusError(status: ApiStatus): KubectlError {
  const message = statusMessage(status);
  return new KubectlError(message, { status, text: status.reason === 'Invalid' ? invalidText(status) : message });
}

function statusMessage(status: ApiStatus): string {
  if (status.reason === 'Unauthorized') return `error: You must be logged in to the server (${status.message})`;
  return status.reason === '' ? `Error from server: ${status.message}` : `Error from server (${status.reason}): ${status.message}`;
}

function invalidText(status: ApiStatus): string {
  const { details } = status;
  if (details === undefined) return status.message === '' ? 'The request is invalid' : `The request is invalid: ${status.message}`;
  const causes = [...new Set(details.causes.map((cause) => `${cause.field}: ${cause.message}`))];
  let text = 'The request is invalid';
  if (details.kind !== '' || details.name !== '') text = `The ${details.kind} ${JSON.stringify(details.name)} is invalid`;
  else if (status.message !== '' && causes.length === 0) text += `: ${status.message}`;
  if (causes.length === 0) return text;
  return causes.length === 1 ? `${text}: ${causes[0] ?? ''}` : `${text}: \n${causes.map((cause) => `* ${cause}\n`).join('')}`;
}

/** The `Status` in an answer's text, or undefined when it is something else. */
function readStatus(body: string): ApiStatus | undefined {
  if (!body.trimStart().startsWith('{')) return undefined;
  try {
    const parsed = statusSchema.safeParse(JSON.parse(body));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

const generic: Readonly<Record<number, readonly [reason: string, message: string]>> = {
  400: ['BadRequest', 'the server rejected our request for an unknown reason'],
  401: ['Unauthorized', 'the server has asked for the client to provide credentials'],
  403: ['Forbidden', ''],
  404: ['NotFound', 'the server could not find the requested resource'],
  405: ['MethodNotAllowed', 'the server does not allow this method on the requested resource'],
  406: ['NotAcceptable', 'the server was unable to respond with a content type that the client supports'],
  409: ['Conflict', 'the server reported a conflict'],
  415: ['UnsupportedMediaType', ''],
  422: ['Invalid', 'the server rejected our request due to an error in our request'],
  429: ['TooManyRequests', 'the server has received too many requests and has asked us to try again later'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: ['Timeout', 'the server was unable to return a response in the time allotted, but may still be processing the request'],
};

/** client-go: what a refusal without a Status in its body means, by its HTTP status. */
function genericStatus(answer: ClusterAnswer, asked: { method: string; resource?: string; name?: string }): ApiStatus {
  const body = answer.body.trim();
  const known = generic[answer.status];
  let [reason, message] = known ?? [
    '',
    `the server responded with the status code ${String(answer.status)} but did not return more information`,
  ];
  if (known === undefined && answer.status >= 500) {
    reason = 'InternalError';
    message = `an error on the server (${JSON.stringify(body)}) has prevented the request from succeeding`;
  }
  if (message === '') message = body === '' ? 'unknown' : body;
  const { method, resource, name } = asked;
  if (resource !== undefined)
    message += name === undefined ? ` (${method.toLowerCase()} ${resource})` : ` (${method.toLowerCase()} ${resource} ${name})`;
  return { message, reason, code: answer.status };
}

/** Throws when a text is a `Status`, as the last event of a watch may be. */
export function throwIfRefused(body: string): void {
  const status = readStatus(body);
  if (status !== undefined) throw statusError(status);
}
