/** The command at the start of a text, as Slack reads it; undefined when the text is an ordinary message. */
export function commandOf(text: string): string | undefined {
  return /^(\/[a-z][\w-]*)(?:\s|$)/i.exec(text)?.[1];
}

/** The same order as a mention of the bot, for threads, where commands cannot be typed. */
export function asMention(text: string, bot: string): string {
  return `@${bot} ${text.replace(/^\/\S*\s*/, '')}`;
}
