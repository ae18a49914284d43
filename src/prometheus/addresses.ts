/** Says of an address whether it is the configured Prometheus: its own host and port, or a name that runbooks know it by. */
export function addressBook(url: string, aliases: readonly string[]): (address: URL) => boolean {
  const own = URL.parse(url);
  const places = [...(own === null ? [] : [placeOf(own)]), ...aliases.flatMap(placeOfAlias)];
  return (address) => {
    if (!/^https?:$/.test(address.protocol)) return false;
    const { host, port } = placeOf(address);
    return places.some((place) => place.host === host && (place.port === undefined || place.port === port));
  };
}

type Place = { host: string; port?: string };

function placeOf(url: URL): Place & { port: string } {
  const standard = url.protocol === 'https:' ? '443' : '80';
  return { host: url.hostname.toLowerCase().replace(/\.$/, ''), port: url.port === '' ? standard : url.port };
}

/** "prometheus:9090", "https://prometheus.example.com"; a bare name stands for it on any port. */
function placeOfAlias(alias: string): Place[] {
  const isUrl = /^https?:\/\//i.test(alias);
  const url = URL.parse(isUrl ? alias : `http://${alias}`);
  if (url === null) return [];
  const place = placeOf(url);
  // The standard port, written out, is left out of a parsed address.
  return isUrl || /:\d+$/.test(alias) ? [place] : [{ host: place.host }];
}
