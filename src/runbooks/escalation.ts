import { aroundMinutes, readMinutes } from './durations.ts';
import { readHeading } from './headings.ts';
import { readLabel, readProse } from './prose.ts';
import type { EscalationRung, EscalationWhen, ProseItem } from './runbook.ts';
import type { Section } from './sections.ts';
import type { Report } from './warnings.ts';

const FIX = '- **Escalation**: 30 minutes if no response';

/**
 * Reads the ladder of an "Escalation Path" section: one heading per rung, or one list item per rung. A "Response Time" says how long the rung has to
 * answer, an "Escalation" when and on what condition it is called.
 */
export function readEscalation(section: Section, report: Report): EscalationRung[] {
  const rungs = section.children.length > 0 ? section.children.map(rungOfHeading) : listRungs(section);
  for (const rung of rungs) {
    if (rung.afterMinutes === undefined && rung.responseMinutes === undefined) {
      report({ code: 'escalation', line: rung.line, expected: 'a time after which this rung is called', fix: FIX });
    }
  }
  return rungs;
}

function rungOfHeading(section: Section): EscalationRung {
  const items = [...readProse(section.content).items, ...section.children.flatMap((child) => readProse(child.content).items)];
  const { title, window } = readHeading(section.heading);
  const after = window === undefined || window.fromMinutes === 0 ? undefined : window.fromMinutes;
  return rungOf({ name: title, line: section.line, after }, items);
}

/** Without headings each outermost item is a rung, and the items below it say more about it. */
function listRungs(section: Section): EscalationRung[] {
  const rungs: { head: ProseItem; details: ProseItem[] }[] = [];
  for (const item of readProse(section.content).items) {
    if (item.kind !== 'item') continue;
    if (item.depth === 0) rungs.push({ head: item, details: [] });
    else rungs.at(-1)?.details.push(item);
  }
  return rungs.flatMap(({ head, details }) => {
    const label = readLabel(head.text) ?? splitCells(head.text);
    if (label !== undefined && /^(level|role|who|step|contact|tier)$/i.test(label.label)) return [];
    const { before, after } = aroundMinutes(head.text);
    const name = label?.label ?? before.replace(/[\s(,:–-]+$/, '');
    const minutes = readMinutes(label?.value ?? head.text);
    const own = label?.value ?? `${minutes ?? 0} minutes ${after}`;
    return [
      rungOf({ name, line: head.line, after: undefined }, [
        ...(minutes === undefined ? [] : [{ ...head, text: `Escalation: ${own}` }]),
        ...details,
      ]),
    ];
  });
}

function splitCells(text: string): { label: string; value: string } | undefined {
  const cells = text.split(' | ').filter((cell) => !/^\d*$/.test(cell));
  const [label, ...values] = cells;
  return label === undefined || values.length === 0 ? undefined : { label, value: values.join(' ') };
}

function rungOf(rung: { name: string; line: number; after: number | undefined }, items: readonly ProseItem[]): EscalationRung {
  let afterMinutes = rung.after;
  let responseMinutes: number | undefined;
  let condition: string | undefined;
  const actions: string[] = [];
  for (const { text } of items) {
    const label = readLabel(text);
    const minutes = label === undefined ? undefined : readMinutes(label.value);
    if (label === undefined || minutes === undefined) {
      actions.push(/^actions?$/i.test(label?.label ?? '') ? (label?.value ?? text) : text);
    } else if (/\b(response|respond|acknowledge|ack|sla)\b/i.test(label.label)) {
      responseMinutes = minutes;
      condition ??= conditionOf(label.value);
    } else {
      afterMinutes = minutes;
      condition = conditionOf(label.value);
    }
  }
  const { name, line } = rung;
  return { name, line, afterMinutes, responseMinutes, when: whenOf(condition, afterMinutes), condition, actions };
}

function conditionOf(text: string): string | undefined {
  const { before, after } = aroundMinutes(text);
  const rest = `${before} ${after}`
    .replace(/\s+/g, ' ')
    .replace(/^\s*(after|in|within|at)\b/i, '')
    .replace(/^[\s(,;:–-]+|[\s(),;.]+$/g, '');
  return rest === '' ? undefined : rest;
}

function whenOf(condition: string | undefined, afterMinutes: number | undefined): EscalationWhen {
  if (condition !== undefined) {
    if (/\bcritical\b|\bbusiness impact\b|\bsev-?1\b/i.test(condition)) return 'critical_unresolved';
    if (/\bno (response|answer|ack)|\bunacknowledged\b|\bnot (acknowledged|answered|responding)|\bunanswered\b/i.test(condition))
      return 'unacknowledged';
  }
  return afterMinutes === undefined ? 'always' : 'unresolved';
}
