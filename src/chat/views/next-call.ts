import { countText } from '../../export/wording.ts';
import type { Incident } from '../../incidents/incident.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Inline } from '../message.ts';
import { timeInline } from './inline.ts';

/** When those on call hear of it again, for the messages that follow the incident; empty when they do not. */
export function nextCall({ escalation }: Incident, now: Instant): readonly Inline[] {
  if (escalation?.nextAt !== undefined) return ['on-call is told again at ', timeInline(escalation.nextAt, now)];
  const calls = escalation?.told.length ?? 0;
  return calls === 0 ? [] : [`on-call was told ${countText(calls, 'more time')}, and is not told again`];
}
