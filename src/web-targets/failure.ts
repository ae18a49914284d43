import type { HttpAnswer } from '../doors/http-targets.ts';
import { describeError } from '../kernel/errors.ts';

type Failed = Extract<HttpAnswer, { type: 'failed' }>;
type Context = { url: URL; timeoutMs: number; isTooSlow: boolean };

const NOT_CONNECTED = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'EACCES']);
const CERTIFICATE = /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT)/;

/** A broken request in curl's terms. Whether a change may have arrived is answered with "yes" when in doubt. */
export function failureOf(error: unknown, context: Context): Failed {
  const code = codeOf(error);
  const unsent = unsentFailure(code, context.url, error);
  if (unsent !== undefined && !context.isTooSlow) return { type: 'failed', ...unsent, wasSent: false };
  if (context.isTooSlow || code === 'ECONNABORTED' || code === 'ETIMEDOUT') {
    return { type: 'failed', exitCode: 28, message: `Operation timed out after ${context.timeoutMs} milliseconds`, wasSent: true };
  }
  if (code === 'ERR_CANCELED') return { type: 'failed', exitCode: 28, message: 'The run was stopped', wasSent: true };
  return { type: 'failed', exitCode: 56, message: `Recv failure: ${code === '' ? describeError(error) : code}`, wasSent: true };
}

/** What went wrong before anything was sent. */
function unsentFailure(code: string, url: URL, error: unknown): { exitCode: number; message: string } | undefined {
  const usualPort = url.protocol === 'https:' ? '443' : '80';
  const port = url.port === '' ? usualPort : url.port;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return { exitCode: 6, message: `Could not resolve host: ${url.hostname}` };
  if (NOT_CONNECTED.has(code)) return { exitCode: 7, message: `Failed to connect to ${url.hostname} port ${port}: Connection refused` };
  if (CERTIFICATE.test(code)) return { exitCode: 60, message: `SSL certificate problem: ${describeError(error)}` };
  return code === 'EPROTO' ? { exitCode: 35, message: `TLS connect error: ${url.hostname} does not speak TLS on port ${port}` } : undefined;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
