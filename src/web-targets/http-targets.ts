import { lookup } from 'node:dns/promises';
import type { HttpRequest, HttpTargets } from '../doors/http-targets.ts';
import { TocsinError } from '../kernel/errors.ts';
import { parseAllowedHost } from './allowed-hosts.ts';
import { checkTarget, type CheckOptions, type Resolve } from './check-target.ts';

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
      // Its HTTP client takes memory, and most bots never need it.
      const { sendTo } = await import('./send-to.ts');
      return await sendTo(checked.address, request);
    },
  };
}

/** Where a Host header leads when that is not where the address does. A name may be given twice in different letters, and any of them could be sent. */
function foreignHost({ headers, url }: HttpRequest): string | undefined {
  return Object.entries(headers).find(([name, value]) => name.toLowerCase() === 'host' && value !== url.host)?.[1];
}

async function resolveBySystem(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true, verbatim: true });
  return found.map(({ address }) => address);
}
