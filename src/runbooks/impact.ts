import { proseText, readLabel } from './prose.ts';
import type { ProseItem, RunbookImpact } from './runbook.ts';

/** Reads an impact section: "User Impact: …" and the like are told apart, every item is kept. */
export function readImpact(items: readonly ProseItem[]): RunbookImpact | undefined {
  if (items.length === 0) return undefined;
  const labelled = (word: RegExp) =>
    items.map((item) => readLabel(item.text)).find((label) => label !== undefined && word.test(label.label))?.value;
  return {
    text: proseText(items),
    user: labelled(/^(users?|customers?)\b/i),
    business: labelled(/^business\b/i),
    technical: labelled(/^(technical|system)\b/i),
    items: items.filter((item) => item.kind === 'item').map((item) => item.text),
  };
}
