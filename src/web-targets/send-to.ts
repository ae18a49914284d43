import type { AxiosResponse } from 'axios';
import { create } from 'axios';
import type { HttpAnswer, HttpRequest } from '../doors/http-targets.ts';
import { failureOf } from './failure.ts';
import { readBody } from './read-body.ts';

/** Sends a request whose target was checked to the address that the check found. A failure is an answer, never thrown. */
export async function sendTo(address: string, request: HttpRequest): Promise<HttpAnswer> {
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

/** Where a body ends is said by whoever sends it: a wrong length would make a second request of the rest, which nobody has looked at. */
function withoutFraming(headers: HttpRequest['headers']): HttpRequest['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(?:content-length|transfer-encoding)$/i.test(name)));
}

function headerPairs(response: AxiosResponse<unknown>): [string, string][] {
  return Object.entries(response.headers).flatMap(([name, value]): [string, string][] => {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return values.map((each): [string, string] => [name, String(each)]);
  });
}
