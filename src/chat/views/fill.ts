import { draftsOf } from '../../export/drafts.ts';
import type { Draft } from '../../export/drafts.ts';
import { listText } from '../../export/wording.ts';
import type { Incident } from '../../incidents/incident.ts';
import type { Runbook, TemplateKind } from '../../runbooks/runbook.ts';
import { filledText } from '../../runbooks/templates.ts';
import type { Block, Inline } from '../message.ts';
import { missing } from './inline.ts';

/** The draft of a kind, when the runbook has a template for it. */
export function draftOfKind(kind: TemplateKind, runbook: Runbook | undefined, incident: Incident): Draft | undefined {
  return runbook === undefined ? undefined : draftsOf(runbook, incident).find((draft) => draft.kind === kind);
}

/** A filled template as a quote, its holes visible. */
export function draftBlock(draft: Draft): Block {
  const lines: Inline[][] = [[]];
  for (const segment of draft.filled.segments) {
    if (segment.kind === 'missing') {
      lines.at(-1)?.push(missing(draft.holes.get(segment.label) ?? 'not known yet'));
      continue;
    }
    for (const [index, line] of segment.text.split('\n').entries()) {
      if (index > 0) lines.push([]);
      if (line !== '') lines.at(-1)?.push(line);
    }
  }
  return { type: 'quote', lines };
}

/** The draft as text that a person edits in a form; a hole stays visible there too. */
export function draftText(draft: Draft): string {
  return filledText(draft.filled);
}

const hole = /⟨([^⟨⟩]+): to be filled⟩/g;

/** The holes that are still in a text that began as a draft. */
export function holesIn(text: string): readonly string[] {
  return [...text.matchAll(hole)].map((match) => match[1] ?? '');
}

/** "Still to fill in: ETA and Root cause", or nothing. */
export function holesNotice(labels: readonly string[]): string {
  return labels.length === 0 ? '' : `Still to fill in: ${listText(labels)}`;
}
