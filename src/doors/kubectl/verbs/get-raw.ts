import type { Json } from '../../../kernel/json.ts';
import { allArgs, flagOf, isOn } from '../call.ts';
import type { WideApi } from '../create-api.ts';
import { KubectlError } from '../kubectl-error.ts';
import { maskSecrets } from '../output/secrets.ts';
import type { KubectlCall, VerbContext } from '../verb.ts';
import { secretsNote } from './get-objects.ts';

/** `get --raw PATH`: the server's answer as it is. Secrets are masked, and a path cannot leave the server or run anything. */
export async function getRaw(call: KubectlCall, api: WideApi, { out, err }: Pick<VerbContext, 'out' | 'err'>): Promise<number> {
  const raw = flagOf(call, 'raw') ?? '';
  checkFlags(call, raw);
  const url = new URL(raw, 'http://server');
  const query: Record<string, string> = Object.fromEntries(url.searchParams);
  const path = readPath(url.pathname, raw);
  if (/\/(exec|attach|portforward|proxy)(\/|$)/.test(path)) {
    throw new KubectlError(`--raw ${path} would reach into a pod, node or service: only reading the API is allowed`);
  }
  if (isAsked(query['watch']) || isAsked(query['follow']) || /^\/apis?\/(?:[^/]+\/)?[^/]+\/watch\//.test(path)) {
    throw new KubectlError('--raw with watch or follow has no end: use get -w or logs');
  }
  const answer = await api.read(url.pathname, { query, accept: '*/*' });
  const parsed = tryJson(answer.body);
  const { value, found } = parsed === undefined ? { value: null, found: false } : maskSecrets(parsed);
  if (found) err(secretsNote);
  if (!found && parsed === undefined && /\/secrets(\/|$)/.test(path)) throw new KubectlError('the values of secrets are not shown');
  out(found ? `${JSON.stringify(value)}\n` : answer.body);
  return 0;
}

function checkFlags(call: KubectlCall, raw: string): void {
  if (allArgs(call).length > 0) throw new KubectlError('arguments may not be passed when --raw is specified');
  if (isOn(call, 'watch') || isOn(call, 'watch-only') || (flagOf(call, 'selector') ?? '') !== '') {
    throw new KubectlError('--raw may not be specified with other flags that filter the server request or alter the output');
  }
  if ((flagOf(call, 'output') ?? '') !== '') throw new KubectlError('--raw and --output are mutually exclusive');
  if (!raw.startsWith('/') || raw.startsWith('//') || /[\s\\]|%2e|%2f|%5c|\/\.\.?(\/|$)/i.test(raw)) {
    throw invalidPath(raw);
  }
}

/** The path as the server reads it: "%70roxy" is "proxy" there. */
function readPath(pathname: string, raw: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    throw invalidPath(raw);
  }
}

function invalidPath(raw: string): KubectlError {
  return new KubectlError(`--raw must be a valid URL path: parse ${JSON.stringify(raw)}: invalid URI for request`);
}

/** Kubernetes takes any value of a yes-or-no parameter for yes, even none, but for these two. */
function isAsked(value: string | undefined): boolean {
  return value !== undefined && !/^(?:false|0)$/i.test(value);
}

function tryJson(body: string): Json | undefined {
  try {
    // JSON.parse gives exactly the values that Json names.
    return JSON.parse(body) as Json;
  } catch {
    return undefined;
  }
}
