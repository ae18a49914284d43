/**
 * What a person typed, from Slack's escaped form: links and channels become their plain text, entities their characters. People stay
 * written as `<@U123>` or `<@U123|name>`.
 */
export function inboundText(text: string): string {
  return text
    .replaceAll(/<([^<>]*)>/g, (whole, inner: string) => plainToken(inner) ?? whole)
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .trim();
}

/** What follows the first mention of the bot, which is how a mention becomes a command; all of it when the bot is not mentioned. */
export function afterMention(text: string, botUserId: string | undefined): string {
  const mention = botUserId === undefined ? /<@[UW][A-Z0-9]+(?:\|[^>]*)?>/ : new RegExp(`<@${botUserId}(?:\\|[^>]*)?>`);
  const found = mention.exec(text);
  const rest = found === null ? text : text.slice(found.index + found[0].length);
  return rest.replace(/^[\s,:]+/, '');
}

function plainToken(inner: string): string | undefined {
  if (inner.startsWith('@')) return undefined;
  const [target = '', label] = inner.split('|', 2);
  if (target.startsWith('#')) return `#${label ?? target.slice(1)}`;
  if (target.startsWith('!')) return label ?? `@${target.slice(1)}`;
  return target.replace(/^mailto:/, '');
}
