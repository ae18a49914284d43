import type { MinuteWindow, PhaseKind } from './runbook.ts';

/** What a section is: one of the phases, a known part of a runbook, or unknown. */
export type SectionKind = Exclude<PhaseKind, 'other'> | 'description' | 'severity' | 'impact' | 'escalation' | 'templates' | 'unknown';

/** The first pattern that fits decides, so the narrow ones stand first. */
const KINDS: readonly (readonly [SectionKind, RegExp])[] = [
  ['post_incident', /\bpost[- ]?(incident|mortem)|\bfollow[- ]?ups?\b|\blessons? learned\b|\baftermath\b/i],
  ['escalation', /\bescalat(ion|e)/i],
  ['templates', /\btemplates?\b|^(internal |external |customer )?communications?\b/i],
  ['severity', /^(alert )?severity\b/i],
  ['impact', /\bimpact\b/i],
  [
    'description',
    /^(alert )?(description|meaning|overview|summary|about|introduction)\b|^(what (does|is) |about )?this (alert|runbook)\b/i,
  ],
  ['mitigation', /\bmitigat|\bremed|\bworkarounds?\b|^recommended actions\b|^(how to )?fix|\brecovery steps?\b|\brollback\b/i],
  ['resolution', /\bresol(ution|ve|ving)\b|\bverif(y|ication)\b|\bvalidat(e|ion)\b/i],
  ['investigation', /\binvestigat|\bdiagnos|\btroubleshoot|\bdebug|^(root cause )?analysis\b/i],
  ['immediate', /\bimmediate\b|\binitial (actions?|response|assessment|steps?)\b|\btriage\b|\bfirst (response|steps?|actions?)\b/i],
];

export function sectionKind(title: string): SectionKind {
  return KINDS.find(([, pattern]) => pattern.test(title))?.[0] ?? 'unknown';
}

const NUMBER = /^(?:step\s+)?\d+(?:\.\d+)*\s*[.):–-]\s+|^step\s+\d+\s*/i;
const RANGE = /\(\s*(\d+)\s*(?:-|–|—|to)\s*(\d+)\s*(minutes?|mins?|m|hours?|hrs?|h)\.?\s*\)/i;
const FIRST = /\(\s*(?:first|within)\s+(\d+)\s*(minutes?|mins?|m|hours?|hrs?|h)\.?\s*\)/i;
const FROM = /\(\s*(?:after\s+)?(\d+)\s*\+?\s*(minutes?|mins?|m|hours?|hrs?|h)\s*\+?\.?\s*\)/i;

export type HeadingText = { title: string; window: MinuteWindow | undefined; condition: string | undefined };

/** Takes a heading apart: "### 1. Immediate Mitigation (0-30 minutes)" is the title and the minutes 0 to 30. */
export function readHeading(text: string): HeadingText {
  const { window, rest } = readWindow(text);
  const title = rest
    .replace(NUMBER, '')
    .replace(/\s*:\s*$/, '')
    .replace(/\s+/g, ' ')
    .trim();
  return { title: title === '' ? text.trim() : title, window, condition: /^(if|when|in case)\b/i.test(title) ? title : undefined };
}

function readWindow(text: string): { window: MinuteWindow | undefined; rest: string } {
  const range = RANGE.exec(text);
  if (range !== null) {
    const factor = minutesPer(range[3]);
    const window = { fromMinutes: Number(range[1]) * factor, toMinutes: Number(range[2]) * factor };
    return window.fromMinutes <= window.toMinutes ? { window, rest: text.replace(RANGE, '') } : { window: undefined, rest: text };
  }
  const first = FIRST.exec(text);
  if (first !== null) {
    return { window: { fromMinutes: 0, toMinutes: Number(first[1]) * minutesPer(first[2]) }, rest: text.replace(FIRST, '') };
  }
  const from = FROM.exec(text);
  if (from !== null) {
    return { window: { fromMinutes: Number(from[1]) * minutesPer(from[2]), toMinutes: undefined }, rest: text.replace(FROM, '') };
  }
  return { window: undefined, rest: text };
}

function minutesPer(unit: string | undefined): number {
  return unit?.toLowerCase().startsWith('h') === true ? 60 : 1;
}
