/** Slack escapes only these three; everything else in a text stands for itself. */
export function decodeEntities(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

const safeProtocols = new Set(['http:', 'https:', 'mailto:']);

/** The address when a link may lead there, else undefined: only http, https and mailto, so that no script is ever a link. */
export function safeUrl(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  return safeProtocols.has(parsed.protocol) ? parsed.href : undefined;
}
