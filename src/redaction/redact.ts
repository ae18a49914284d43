import { maskKubernetesSecrets, type Masked } from './kubernetes-secrets.ts';
import { MASK, secretPatterns, type SecretPattern } from './patterns.ts';

/** Shorter texts are too likely to stand in ordinary output by chance. */
const MIN_KNOWN = 6;

/** Secrets that stand without a gap behind each other, in a row: more than this are not found one by one. */
const MAX_ROUNDS = 8;

/**
 * Masks what looks like a secret, and those that are `known`. Ordinary output (hashes, digests, ids) stays as it is. Masking a masked text changes
 * nothing; the time grows with the length of the text alone.
 */
export function redact(text: string, options: { known?: readonly string[] } = {}): Masked {
  let done = maskKnown(text, options.known ?? []);
  // What stood without a gap behind a secret is seen for what it is once that is masked.
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const next = maskOnce(done.text);
    done = { text: next.text, masked: done.masked + next.masked };
    if (next.masked === 0) break;
  }
  return done;
}

function maskOnce(text: string): Masked {
  return secretPatterns.reduce<Masked>((sofar, pattern) => {
    const next = maskPattern(sofar.text, pattern);
    return { text: next.text, masked: sofar.masked + next.masked };
  }, maskKubernetesSecrets(text));
}

function maskKnown(text: string, known: readonly string[]): Masked {
  let masked = 0;
  let done = text;
  // The longest first: one secret may be part of another.
  for (const secret of known.filter(({ length }) => length >= MIN_KNOWN).toSorted((a, b) => b.length - a.length)) {
    const pieces = done.split(secret);
    masked += pieces.length - 1;
    done = pieces.join(MASK);
  }
  return { text: done, masked };
}

function maskPattern(text: string, { pattern, replace }: SecretPattern): Masked {
  let masked = 0;
  let done = '';
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    const replacement = replace(match);
    if (replacement === undefined) continue;
    masked += 1;
    done += text.slice(from, match.index) + replacement;
    from = match.index + match[0].length;
  }
  return { text: masked === 0 ? text : done + text.slice(from), masked };
}
