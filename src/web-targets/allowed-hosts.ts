/** An entry of the list of hosts that scripts may reach. */
export type AllowedHost = { host: string; isSuffix: boolean; port?: string };

/** Reads "api.example.com", "api.example.com:8443", "*.example.com" or "[fd00::1]:8080". Undefined when the text is none of these. */
export function parseAllowedHost(text: string): AllowedHost | undefined {
  const [, suffix, host = '', port] =
    /^(\*\.)?(\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)(?::(\d{1,5}))?$/i.exec(text.trim()) ?? [];
  if (host === '') return undefined;
  return { host: host.toLowerCase(), isSuffix: suffix !== undefined, ...(port === undefined ? {} : { port }) };
}

/** The entry that allows an address. An entry with a port allows that port alone; `*.example.com` does not allow `example.com` itself. */
export function allowedBy(entries: readonly AllowedHost[], url: URL): AllowedHost | undefined {
  const host = url.hostname.toLowerCase().replace(/\.$/, '');
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  // An exact entry says more about a host than a suffix.
  const byExactness = entries.toSorted((a, b) => Number(a.isSuffix) - Number(b.isSuffix));
  return byExactness.find(
    (entry) =>
      (entry.isSuffix ? host.endsWith(`.${entry.host}`) : host === entry.host) && (entry.port === undefined || entry.port === port),
  );
}
