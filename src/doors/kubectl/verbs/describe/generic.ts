import type { Json, JsonObject } from '../../../../kernel/json.ts';
import { compareText } from '../../json-fields.ts';
import { goText } from '../../output/go-json.ts';
import { type Describer, writeMetadata, writeName } from './reading.ts';
import { type Sheet } from './sheet.ts';

/** What the heading shows already, and the server's own bookkeeping. */
const skipped = new Set(['.metadata.managedFields', '.metadata.name', '.metadata.namespace', '.metadata.labels', '.metadata.annotations']);

/** Kinds without a describer of their own, custom ones above all: every field in order, its name in words. */
export const generic: Describer = {
  events: 'by kind',
  describe: (object) => (sheet) => {
    writeName(sheet, object);
    writeMetadata(sheet, object);
    writeFields(sheet, object, { level: 0, path: '' });
  },
};

type Place = { level: number; path: string };

function writeFields(sheet: Sheet, object: JsonObject, { level, path }: Place): void {
  for (const [field, value] of Object.entries(object).sort(([a], [b]) => compareText(a, b))) {
    const own = `${path}.${field}`;
    if (value === undefined || skipped.has(own)) continue;
    if (Array.isArray(value)) {
      sheet.line(level, `${fieldLabel(field)}:`);
      for (const item of value) writeItem(sheet, item, { level: level + 1, path: own });
    } else if (typeof value === 'object' && value !== null) {
      sheet.line(level, `${fieldLabel(field)}:`);
      writeFields(sheet, asObject(value), { level: level + 1, path: own });
    } else {
      sheet.line(level, `${fieldLabel(field)}:\t${goText(value)}`);
    }
  }
}

function writeItem(sheet: Sheet, item: Json, place: Place): void {
  if (typeof item === 'object' && item !== null && !Array.isArray(item)) writeFields(sheet, asObject(item), place);
  else sheet.line(place.level, goText(item));
}

function asObject(value: Json): JsonObject {
  // The callers have ruled out lists, null and plain values, which the compiler does not see through a readonly list type.
  return value as JsonObject;
}

/** "lastTransitionTime" as "Last Transition Time", "podCIDR" as "Pod CIDR", "uid" as "UID". */
export function fieldLabel(field: string): string {
  if (!/^[\p{L}-]*$/u.test(field)) return field;
  return joinedPlurals(camelCaseWords(field)).map(wordLabel).join(' ');
}

function wordLabel(word: string): string {
  if (['API', 'URL', 'UID', 'GUID'].includes(word.toUpperCase())) return word.toUpperCase();
  return word.toLowerCase() === word ? `${word.slice(0, 1).toUpperCase()}${word.slice(1)}` : word;
}

/** Splits at changes between capitals, small letters and other characters; the last of several capitals begins the word of the small letters after it. */
function camelCaseWords(field: string): readonly string[] {
  return field.match(/\p{Lu}?\p{Ll}+|\p{Lu}+(?!\p{Ll})|[^\p{Lu}\p{Ll}]+/gu) ?? [];
}

/** "URLs" was taken apart into "UR" and "Ls". */
function joinedPlurals(words: readonly string[]): readonly string[] {
  const joined: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const [word = '', next = ''] = [words[index], words[index + 1]];
    const isSplit = /^[^\p{Ll}]{2,}$/u.test(word) && /^\p{Lu}/u.test(next);
    joined.push(isSplit ? word + next : word);
    if (isSplit) index += 1;
  }
  return joined;
}
