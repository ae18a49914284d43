import ipaddr from 'ipaddr.js';
import { allowedBy, type AllowedHost } from './allowed-hosts.ts';
import { judgeAddress } from './judge-address.ts';

/** All addresses of a host name. Throws when it has none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** Where a request may go: the one address that was checked, so that a second look-up cannot give another one. */
export type Checked = { type: 'allowed'; address: string } | { type: 'refused'; reason: string } | { type: 'unresolved'; host: string };

export type CheckOptions = { hosts: readonly AllowedHost[]; resolve: Resolve; allowsLoopback: boolean };

export async function checkTarget(url: URL, options: CheckOptions): Promise<Checked> {
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return { type: 'refused', reason: `only http and https are spoken here, not ${url.protocol}` };
  if (url.username !== '' || url.password !== '') return { type: 'refused', reason: 'an address with credentials in it is not asked' };
  const entry = allowedBy(options.hosts, url);
  if (entry === undefined)
    return { type: 'refused', reason: `${url.host} is not on the list of hosts that runbooks may reach; whoever runs this bot can add it` };
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = ipaddr.isValid(host) ? [host] : await resolveOrNone(options.resolve, host);
  const [address] = addresses;
  if (address === undefined) return { type: 'unresolved', host };
  const rules = { allowsPrivate: !entry.isSuffix, allowsLoopback: options.allowsLoopback };
  for (const each of addresses) {
    const reason = judgeAddress(each, rules);
    if (reason !== undefined) return { type: 'refused', reason: `${url.hostname} is ${each}: ${reason}` };
  }
  return { type: 'allowed', address };
}

async function resolveOrNone(resolve: Resolve, host: string): Promise<readonly string[]> {
  try {
    return await resolve(host);
  } catch {
    return [];
  }
}
