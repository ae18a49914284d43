/** Where one is: a channel, and a thread in it or none. */
export type Place = { channelId: string; threadTs: string | null };

const channelId = /^[A-Z0-9]{1,30}$/;
const ts = /^\d{1,12}\.\d{1,9}$/;

/** The part of the address after `#`: a reload and the back button lead there again. */
export function formatPlace(place: Place): string {
  return place.threadTs === null ? `#/${place.channelId}` : `#/${place.channelId}/${place.threadTs}`;
}

/** Reads it back; a permalink of a message carries `channel` and `ts` in the query instead. */
export function parsePlace(address: { hash: string; search: string }): Place {
  const query = new URLSearchParams(address.search);
  const [, ...given] = address.hash.startsWith('#/') ? address.hash.split('/') : ['', query.get('channel') ?? '', query.get('ts') ?? ''];
  const [channel = '', thread = ''] = given;
  return channelId.test(channel) ? { channelId: channel, threadTs: ts.test(thread) ? thread : null } : { channelId: '', threadTs: null };
}
