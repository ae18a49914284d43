import { html } from 'htm/preact';
import type { VNode } from 'preact';
import type { PagePerson } from '../../../simulator/slack/page-contract.ts';

/** The first letters of the first and last name. */
export function initials(name: string): string {
  const words = name.split(/[\s._-]+/).filter((word) => word !== '');
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => Array.from(word ?? '')[0] ?? '');
  return letters.join('').toUpperCase() || '?';
}

/** Black or white, whichever reads better on the colour (WCAG relative luminance). */
export function inkOn(color: string): '#ffffff' | '#10151d' {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return channel <= 0.040_45 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? '#10151d' : '#ffffff';
}

/** The colour as `#rrggbb`; anything else becomes a neutral one, so that no style is ever taken from outside. */
export function safeColor(color: string): string {
  const match = /^#?([0-9a-f]{6})$/i.exec(color);
  return match === null ? '#5b6472' : `#${match[1]}`;
}

/** A person as coloured initials. The name stands beside it, so a screen reader skips it. */
export function Avatar(props: { person: PagePerson | undefined; size: 'small' | 'medium' }): VNode {
  const color = safeColor(props.person?.color ?? '');
  const name = props.person?.realName || props.person?.name || '?';
  return html`<span
    class=${`avatar avatar-${props.size} ${props.person?.isBot === true ? 'avatar-bot' : ''}`}
    style=${{ backgroundColor: color, color: inkOn(color) }}
    aria-hidden="true"
    >${initials(name)}</span
  >`;
}
