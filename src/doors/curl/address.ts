/** Adds the scheme that curl assumes. */
export function withScheme(url: string): string {
  return /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(url) ? url : `http://${url}`;
}

export type AddressProblem = { reason: string; fix: string; exitCode: number };

const LOCAL = /^(?:localhost|.+\.localhost|127(?:\.\d+){0,3}|0(?:\.0){0,3}|\[?::1?\]?)$/i;

/** What can be said against an address by its spelling alone. Names are looked up later, by who sends the request. */
export function addressProblem(text: string): AddressProblem | undefined {
  const url = withScheme(text);
  const scheme = url.slice(0, url.indexOf('://')).toLowerCase();
  if (scheme !== 'http' && scheme !== 'https') {
    return { reason: `only http and https are spoken here, not ${scheme}:`, fix: 'do this step by hand', exitCode: 1 };
  }
  const authority = /^[^/?#]*/.exec(url.slice(scheme.length + 3))?.[0] ?? '';
  if (authority.includes('@')) return { reason: 'credentials do not belong into an address', fix: 'take them out', exitCode: 3 };
  if (authority === '') return { reason: 'the address names no host', fix: 'write http://HOST/PATH', exitCode: 3 };
  const host = authority.replace(/:\d*$/, '');
  if (!LOCAL.test(host)) return undefined;
  return {
    reason: `${host} would be the host of this bot, not the pod or the port-forward that the runbook means`,
    fix: 'use "kubectl exec POD -- curl ..." to ask from within the pod, or the name of the service',
    exitCode: 7,
  };
}

/** An address as a URL, or undefined when it is none. */
export function parseAddress(text: string): URL | undefined {
  return URL.canParse(withScheme(text)) ? new URL(withScheme(text)) : undefined;
}
