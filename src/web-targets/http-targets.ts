import { lookup } from 'node:dns/promises';
import type { AxiosResponse } from 'axios';
import { create } from 'axios';
import type { HttpAnswer, HttpRequest, HttpTargets } from '../doors/http-targets.ts';
import { TocsinError } from '../kernel/errors.ts';
import { parseAllowedHost } from './allowed-hosts.ts';
import { checkTarget, type CheckOptions, type Resolve } from './check-target.ts';
import { failureOf } from './failure.ts';
import { readBody } from './read-body.ts';

export type HttpTargetsOptions = {
  /** "api.example.com", "*.example.com", "api:8080". A private address is allowed for a host that is listed by its full name. */
  allowedHosts: readonly string[];
  resolve?: Resolve;
  /** For the simulator and tests: listed hosts may be on this machine. */
  allowsLoopback?: boolean;
};

/** The web addresses that scripts may reach, over HTTP and HTTPS. Throws TocsinError `invalid` for an entry that is no host. */
export function createHttpTargets(options: HttpTargetsOptions): HttpTargets {
  const hosts = options.allowedHosts.map((text) => {
    const host = parseAllowedHost(text);
    if (host === undefined)
      throw new TocsinError('invalid', `"${text}" is no host: write api.example.com, api.example.com:8443 or *.example.com`);
    return host;
  });
  const check: CheckOptions = { hosts, resolve: options.resolve ?? resolveBySystem, allowsLoopback: options.allowsLoopback === true };
  return {
    async refusal(url) {
      const checked = await checkTarget(url, check);
      return checked.type === 'refused' ? checked.reason : undefined;
    },
    async request(request) {
      const checked = await checkTarget(request.url, check);
      if (checked.type === 'refused') return { type: 'failed', exitCode: 7, message: checked.reason, wasSent: false };
      if (checked.type === 'unresolved')
        return { type: 'failed', exitCode: 6, message: `Could not resolve host: ${checked.host}`, wasSent: false };
      const host = foreignHost(request);
      if (host !== undefined) {
        return {
          type: 'failed',
          exitCode: 7,
          message: `a Host header for ${host} would reach another service than the address says`,
          wasSent: false,
        };
      }
      return await sendTo(checked.address, request);
    },
  };
}

/** Where a Host header leads when that is not where the address does. A name may be given twice in different letters, and any of them could be sent. */
function foreignHost({ headers, url }: HttpRequest): string | undefined {
  return Object.entries(headers).find(([name, value]) => name.toLowerCase() === 'host' && value !== url.host)?.[1];
}

/** Where a body ends is said by whoever sends it: a wrong length would make a second request of the rest, which nobody has looked at. */
function withoutFraming(headers: HttpRequest['headers']): HttpRequest['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(?:content-length|transfer-encoding)$/i.test(name)));
}

async function resolveBySystem(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true, verbatim: true });
  return found.map(({ address }) => address);
}

async function sendTo(address: string, request: HttpRequest): Promise<HttpAnswer> {
  const { method, url, body, maxBytes } = request;
  const timeoutMs = Math.ceil(request.timeoutMs);
  const deadline = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([request.signal, deadline]);
  try {
    const response = await create().request<unknown>({
      url: url.href,
      method,
      headers: { 'User-Agent': 'tocsin', ...withoutFraming(request.headers) },
      ...(body === undefined ? {} : { data: body }),
      signal,
      timeout: timeoutMs,
      // The address that was checked, not what a second look-up would say.
      lookup: (_host, _options, callback) => callback(null, address, address.includes(':') ? 6 : 4),
      maxRedirects: 0,
      proxy: false,
      responseType: 'stream',
      transformRequest: (data: unknown) => data,
      transformResponse: (data: unknown) => data,
      validateStatus: () => true,
    });
    const { text, isCut } = await readBody(response.data, { maxBytes, signal });
    return {
      type: 'answered',
      status: response.status,
      statusText: response.statusText,
      headers: headerPairs(response),
      body: text,
      isCut,
    };
  } catch (error) {
    return failureOf(error, { url, timeoutMs, isTooSlow: deadline.aborted });
  }
}

function headerPairs(response: AxiosResponse<unknown>): [string, string][] {
  return Object.entries(response.headers).flatMap(([name, value]): [string, string][] => {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return values.map((each): [string, string] => [name, String(each)]);
  });
}
