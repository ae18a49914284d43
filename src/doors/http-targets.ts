/** One HTTP request of `curl` or `wget` after its address was checked. */
export type HttpRequest = {
  method: string;
  url: URL;
  headers: Readonly<Record<string, string>>;
  body?: string;
  timeoutMs: number;
  maxBytes: number;
  signal: AbortSignal;
};

/** `failed` carries curl's own exit status for it: 6 not resolved, 7 not connected, 28 too slow, 60 certificate. */
export type HttpAnswer =
  | { type: 'answered'; status: number; statusText: string; headers: readonly (readonly [string, string])[]; body: string; isCut: boolean }
  | { type: 'failed'; exitCode: number; message: string; wasSent: boolean };

/**
 * The web addresses that scripts may reach: configured hosts, never link-local, loopback or metadata addresses, whatever the name resolves to.
 * It follows no redirect by itself.
 */
export type HttpTargets = {
  /** Why the address may not be asked, or undefined. */
  refusal(url: URL): Promise<string | undefined>;
  request(request: HttpRequest): Promise<HttpAnswer>;
};
