/** What stands in the place of a secret. Nothing below matches it, so masking twice changes nothing more. */
export const MASK = '****';

/** A kind of secret and what is left of it; undefined leaves the text as it is. Patterns begin at an anchor and are bounded, so that no text takes long. */
export type SecretPattern = { pattern: RegExp; replace: (match: RegExpExecArray) => string | undefined };

const part = (match: RegExpExecArray, index: number): string => match[index] ?? '';

/** Tokens that say by their beginning what they are. */
const PREFIXED = [
  'gh[pousr]_[A-Za-z0-9]{30,255}',
  'github_pat_\\w{22,255}',
  'glpat-[\\w-]{18,255}',
  'xox[abeoprs]-[\\w-]{10,255}',
  'xapp-[\\w-]{10,255}',
  '(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}(?![A-Za-z0-9])',
  'AIza[\\w-]{35}',
  'ya29\\.[\\w.-]{20,512}',
  'GOCSPX-[\\w-]{20,64}',
  '[sr]k_(?:live|test)_[A-Za-z0-9]{16,255}',
  'sk-[A-Za-z0-9][\\w-]{20,255}',
  'npm_[A-Za-z0-9]{36}',
  'dckr_pat_[\\w-]{20,64}',
  'hvs\\.[\\w-]{20,255}',
  'SG\\.[\\w-]{16,64}\\.[\\w-]{16,128}',
  'eyJ[\\w-]{8,8000}\\.[\\w-]{8,8000}\\.[\\w-]{0,8000}',
].join('|');

const WORDS =
  'password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|account[_-]?key|shared[_-]?access[_-]?key|private[_-]?key|client[_-]?secret|secret[_-]?key|credentials?';

/** What after such a word is no secret: a reference, a hole, a size, a truth value, or what is masked already. */
const HARMLESS =
  /^(?:\*+$|<|\$(?:\w+$|[{(.])|\{\{|%[A-Z]|(?:true|false|null|nil|none|yes|no|undefined|redacted|masked|required|optional|missing|invalid|expired|not|must|is)$|["'\\]*$)/i;

function isHarmless(word: string, value: string, after: string): boolean {
  if (HARMLESS.test(value)) return true;
  if (/^\d+$/.test(value) && /^ bytes\b/.test(after)) return true;
  return /token|credential/i.test(word) && /^-?\d{1,7}(?:\.\d+)?$/.test(value);
}

/** Bits for each character: random text has more than words. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}

function isRandom(text: string): boolean {
  return /\d/.test(text) && /[A-Za-z]/.test(text) && entropy(text) > 3.4;
}

function isUserAndPassword(base64: string): boolean {
  return /^[\x20-\x7e]+:[\x20-\x7e]*$/.test(Buffer.from(base64, 'base64').toString('utf8'));
}

/** In this order: what spans lines first, what rests on a single telling word last. */
export const secretPatterns: readonly SecretPattern[] = [
  {
    pattern:
      /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----END)[\s\S])*(?:-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----)?/g,
    replace: () => `[private key ${MASK}]`,
  },
  { pattern: new RegExp(`(?<![A-Za-z0-9_.-])(?:${PREFIXED})`, 'g'), replace: () => MASK },
  { pattern: /(hooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/]{8,255}/g, replace: (match) => part(match, 1) + MASK },
  {
    pattern: /((?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{1,20}:\/\/[^\s/@:'"<>]{0,100}:)([^\s/@'"<>]{1,300})(?=@)/g,
    replace: (match) => (HARMLESS.test(part(match, 2)) ? undefined : part(match, 1) + MASK),
  },
  { pattern: /((?<![A-Za-z0-9+.-])https?:\/\/)([^\s/@:'"<>*]{20,300})(?=@)/g, replace: (match) => part(match, 1) + MASK },
  {
    pattern:
      /(authorization["'\\]{0,3}[ \t]{0,3}[:=][ \t]{0,3}["'\\]{0,3}(?:(?:bearer|basic|token|digest|negotiate|aws4-hmac-sha256)[ \t]{1,3})?)([^\s"'\\,]{4,8000})/gi,
    replace: (match) => (HARMLESS.test(part(match, 2)) ? undefined : part(match, 1) + MASK),
  },
  {
    pattern: /(\bbearer[ \t]{1,3})([A-Za-z0-9._~+/-]{12,8000}={0,2})/gi,
    replace: (match) => (/\d/.test(part(match, 2)) ? part(match, 1) + MASK : undefined),
  },
  {
    pattern: /(\bbasic[ \t]{1,3})([A-Za-z0-9+/]{6,400}={0,2})/gi,
    replace: (match) => (isUserAndPassword(part(match, 2)) ? part(match, 1) + MASK : undefined),
  },
  {
    pattern: new RegExp(
      `((${WORDS})(?:[_-]?(?:value|b64|base64|\\d{1,3}))?["'\\\\]{0,3}[ \\t]{0,20}(?:=>|[:=])[ \\t]{0,20})(?:(\\\\{0,3}")([^"\\\\\\n]{1,2000})|(')([^'\\n]{1,2000})|([^\\s,;&"'\\\\)}\\]]{1,2000}))`,
      'gi',
    ),
    replace: (match) => {
      const value = part(match, 4) || part(match, 6) || part(match, 7);
      const after = match.input.slice(match.index + match[0].length, match.index + match[0].length + 8);
      return isHarmless(part(match, 2), value, after) ? undefined : part(match, 1) + (match[3] ?? match[5] ?? '') + MASK;
    },
  },
  {
    pattern: new RegExp(`((?<![\\w-])--[a-z-]{0,30}(?:${WORDS})[ \\t]{1,3})([^\\s"'-][^\\s"']{0,2000})`, 'gi'),
    replace: (match) => (HARMLESS.test(part(match, 2)) ? undefined : part(match, 1) + MASK),
  },
  {
    pattern: new RegExp(`((?:${WORDS}|signature|session)(?:[ \\t"'\`(]{1,4}|[ \\t]is[ \\t]))([A-Za-z0-9+/_-]{20,2000}={0,2})`, 'gi'),
    replace: (match) => (isRandom(part(match, 2)) ? part(match, 1) + MASK : undefined),
  },
];
