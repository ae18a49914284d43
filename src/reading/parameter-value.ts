import { z } from 'zod';
import type { Parameter, ParameterType } from './parameter.ts';

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

type Rule = { fits: (value: string) => boolean; expected: string };

/** What each type takes (RFC 1123 for names, as the API server checks them). */
const RULES: Readonly<Record<ParameterType['type'], Rule>> = {
  namespace: {
    fits: (value) => LABEL.test(value),
    expected: 'a namespace: small letters, digits and "-", at most 63, such as "video-processing"',
  },
  name: {
    fits: (value) => value.length <= 253 && SUBDOMAIN.test(value),
    expected: 'a name: small letters, digits, "-" and ".", such as "web-7d4b9"',
  },
  container: { fits: (value) => LABEL.test(value), expected: 'the name of a container: small letters, digits and "-", such as "web"' },
  number: { fits: (value) => /^\d{1,10}$/.test(value), expected: 'a whole number, such as "5"' },
  duration: { fits: (value) => /^(\d+(\.\d+)?(ms|s|m|h))+$/.test(value), expected: 'a duration, such as "30s" or "1h"' },
  'label value': {
    fits: (value) => /^[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/.test(value),
    expected: 'the value of a label: letters, digits, "-", "_" and ".", at most 63, such as "api"',
  },
  patch: {
    fits: (value) => patchOf(value) !== undefined,
    expected: 'a JSON object with the fields to change, such as {"spec":{"replicas":3}}',
  },
  text: { fits: (value) => value.length <= 256, expected: 'one word' },
};

/** Kinds whose names may hold more than a DNS name does: roles are called "system:node". */
const PATH_NAMES = /^[A-Za-z0-9][\w.:-]*$/;

/** Why a value does not fit, in words for the person who typed it; undefined when it does. A value is refused, never changed. */
export function problemOfValue(parameter: Pick<Parameter, 'name' | 'type' | 'isPlain'>, value: string): string | undefined {
  const problem = parameter.type.type === 'patch' ? undefined : (problemOfText(value) ?? problemOfPlace(parameter, value));
  if (problem !== undefined) return `${parameter.name}: ${problem}`;
  const rule = RULES[parameter.type.type];
  const isOtherName = parameter.type.type === 'name' && parameter.type.kind === undefined && value.length <= 253 && PATH_NAMES.test(value);
  return rule.fits(value) || isOtherName ? undefined : `${parameter.name}: expected ${rule.expected}`;
}

function problemOfText(value: string): string | undefined {
  if (value === '') return 'a value is needed';
  if (value.startsWith('-')) return 'a value that starts with "-" would be read as an option';
  if (/\s/u.test(value)) return 'white space would split it into several words';
  if (/[\p{C}\p{M}]/u.test(value) || value.normalize('NFKC') !== value)
    return 'it holds invisible or combined characters, or ones that only look like letters';
  if (/[^\x20-\x7e]/.test(value)) return 'only plain letters, digits and signs are taken, because others can look alike';
  return /[*?[\]\\]/.test(value) ? 'one of * ? [ ] \\ stands in it, which a shell would expand' : undefined;
}

/** Inside a URL, a query, a patch or another shell's script nothing may end the text that it stands in. */
function problemOfPlace(parameter: Pick<Parameter, 'isPlain'>, value: string): string | undefined {
  if (!parameter.isPlain) return undefined;
  if (!/^[A-Za-z0-9_/][A-Za-z0-9_.:/,-]*$/.test(value))
    return 'it stands inside a larger text, so only letters, digits and _ . : / , - are taken';
  return value.includes('..') ? '".." is not taken here' : undefined;
}

const patch = z.record(z.string(), z.json());

/** A merge patch as canonical JSON in plain characters without a single quote, so that it can stand in single quotes. */
export function patchOf(value: string): string | undefined {
  if (value.length > 4096) return undefined;
  try {
    const parsed = patch.safeParse(JSON.parse(value));
    return parsed.success
      ? JSON.stringify(parsed.data).replace(
          /['\u007f-\uffff]/g,
          (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
        )
      : undefined;
  } catch {
    return undefined; // not JSON
  }
}
