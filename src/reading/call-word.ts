import type { Assignment, Word, WordPart } from 'unbash';

/** What is known of variables by their names; undefined for a value that only a run can tell. */
export type Values = ReadonlyMap<string, string | undefined>;

/** A word of a call. Where `isLiteral` is false, parts of `text` are stand-ins for what only a run can tell. */
export type CallWord = { text: string; isLiteral: boolean };

/** Stands for a value that the text does not tell. It is a valid name of everything, so that the doors' parsers accept it. */
export const UNKNOWN_VALUE = 'tocsin-unknown-value';

/** A word as the program would see it, with stand-ins for what expansions would give. */
export function readWord(word: Word | Assignment, values: Values): CallWord {
  if (word.type === 'Assignment') {
    const value = word.value.type === 'Word' ? readWord(word.value, values) : { text: UNKNOWN_VALUE, isLiteral: false };
    return { text: `${word.name}${word.append === true ? '+' : ''}=${value.text}`, isLiteral: value.isLiteral };
  }
  if (word.parts === undefined) return { text: word.value, isLiteral: true };
  return join(word.parts.map((part) => readPart(part, values)));
}

function join(parts: readonly CallWord[]): CallWord {
  return { text: parts.map((part) => part.text).join(''), isLiteral: parts.every((part) => part.isLiteral) };
}

const UNKNOWN: CallWord = { text: UNKNOWN_VALUE, isLiteral: false };

function readPart(part: WordPart, values: Values): CallWord {
  switch (part.type) {
    case 'DoubleQuoted':
    case 'LocaleString':
      return join(part.parts.map((inner) => readPart(inner, values)));
    case 'SimpleExpansion':
      return valueOf(part.text.slice(1), values);
    case 'ParameterExpansion':
      return isPlainExpansion(part) ? valueOf(part.parameter, values) : UNKNOWN;
    case 'ArithmeticExpansion':
      return { text: '1', isLiteral: false };
    case 'BraceExpansion':
      return { text: part.text, isLiteral: false };
    case 'CommandExpansion':
    case 'ProcessSubstitution':
      return UNKNOWN;
    default:
      return { text: 'value' in part ? part.value : part.text, isLiteral: true };
  }
}

function isPlainExpansion({ operation, index, prefix }: Extract<WordPart, { type: 'ParameterExpansion' }>): boolean {
  return operation === undefined && index === undefined && prefix === undefined;
}

function valueOf(name: string, values: Values): CallWord {
  const value = values.get(name);
  return value === undefined ? { text: UNKNOWN_VALUE, isLiteral: false } : { text: value, isLiteral: true };
}
