const PART = /(\d+(?:\.\d+)?)\s*(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d)\b/gi;

const MINUTES: Readonly<Record<string, number>> = { s: 1 / 60, m: 1, h: 60, d: 1440 };

/** The first duration in a text such as "30 minutes if no response" or "1 hour 30 min", in minutes. */
export function readMinutes(text: string): number | undefined {
  let total: number | undefined;
  let end = 0;
  for (const match of text.matchAll(PART)) {
    const between = text.slice(end, match.index);
    if (total !== undefined && !/^\s*(and|,)?\s*$/.test(between)) break;
    total = (total ?? 0) + Number(match[1]) * (MINUTES[(match[2] ?? '').charAt(0).toLowerCase()] ?? 0);
    end = match.index + match[0].length;
  }
  return total;
}

/** What stands before and after the first duration of a text: "after " and " if no response". */
export function aroundMinutes(text: string): { before: string; after: string } {
  const [first] = text.matchAll(PART);
  if (first === undefined) return { before: text, after: '' };
  const after = text.slice(first.index + first[0].length).replace(/^\s*(?:and|,)?\s*\d+\s*(?:minutes?|mins?|m)\b/i, '');
  return { before: text.slice(0, first.index), after };
}
