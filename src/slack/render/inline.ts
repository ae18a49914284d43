import type { Inline } from '../../chat/message.ts';
import { fromInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { cleanText, codeText, cutPlain, escapeText, fencedText } from './escape.ts';
import type { Pen } from './pen.ts';

const maxUrl = 2000;
const maxLinkText = 300;

export function drawInlines(pen: Pen, content: readonly Inline[]): void {
  for (const inline of content) drawInline(pen, inline);
}

function drawInline(pen: Pen, inline: Inline): void {
  if (typeof inline === 'string') {
    pen.write(inline);
    return;
  }
  switch (inline.type) {
    case 'bold':
      // A star inside would end the bold part, a line break too.
      pen.wrap('*', oneLine(inline.text).replaceAll('*', '∗'));
      return;
    case 'italic':
      pen.wrap('_', oneLine(inline.text));
      return;
    case 'code':
      pen.wrap('`', codeText(inline.text));
      return;
    case 'link':
      drawLink(pen, inline);
      return;
    case 'user':
      drawUser(pen, inline);
      return;
    case 'time':
      pen.token(timeToken(inline.at, inline.style));
      return;
    case 'missing':
      pen.token(':grey_question: ');
      pen.wrap('_', oneLine(inline.text));
      return;
  }
}

function drawLink(pen: Pen, link: { url: string; text: string }): void {
  const url = safeUrl(link.url);
  const text = cutPlain(fencedText(oneLine(link.text)), maxLinkText).replaceAll('|', '¦');
  if (url === undefined || text === '' || !pen.token(`<${escapeText(url)}|${escapeText(text)}>`)) pen.write(link.text);
}

function drawUser(pen: Pen, user: { id: string; name: string }): void {
  if (/^[UW][A-Z0-9]{2,20}$/.test(user.id)) pen.token(`<@${user.id}>`);
  else pen.write(`@${user.name}`);
}

/** The URL when it is plain http or https and short enough for Slack, in a spelling that cannot end a token early. */
function safeUrl(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return undefined;
  const spelled = url.href.replaceAll('|', '%7C').replaceAll('<', '%3C').replaceAll('>', '%3E');
  return spelled.length > maxUrl || cleanText(spelled) !== spelled ? undefined : spelled;
}

/** Slack shows it in the reader's time zone; the fallback, for clients that cannot, says UTC. */
function timeToken(at: Instant, style: 'time' | 'date_time'): string {
  const date = fromInstant(at);
  const iso = date.toISOString();
  const time = iso.slice(11, 16);
  const form = style === 'time' ? '{time}' : '{date_short_pretty} {time}';
  const fallback = style === 'time' ? `${time} UTC` : `${iso.slice(0, 10)} ${time} UTC`;
  return `<!date^${Math.floor(date.getTime() / 1000)}^${form}|${fallback}>`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
