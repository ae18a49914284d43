/**
 * What Go's JSON reader says of a text that is no JSON, or undefined when it is. kubectl sends such text on, and the API server answers with
 * these words.
 */
export function jsonFault(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    return faultIn(text);
  }
}

type Expectation = 'value' | 'first-value' | 'key' | 'first-key' | 'colon' | 'object-next' | 'array-next' | 'end';

const looking: Readonly<Record<Expectation, string>> = {
  value: 'looking for beginning of value',
  'first-value': 'looking for beginning of value',
  key: 'looking for beginning of object key string',
  'first-key': 'looking for beginning of object key string',
  colon: 'after object key',
  'object-next': 'after object key:value pair',
  'array-next': 'after array element',
  end: 'after top-level value',
};

type Reader = { text: string; place: number; open: ('object' | 'array')[]; expected: Expectation };

const token = /\s+|"(?:[^"\\\n\r\t]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\],:]/y;

function faultIn(text: string): string {
  const reader: Reader = { text, place: 0, open: [], expected: 'value' };
  while (reader.place < text.length) {
    token.lastIndex = reader.place;
    const word = token.exec(text)?.[0];
    if (word === undefined) return unreadable(reader);
    if (word.trim() !== '' && !accept(reader, word)) return `invalid character ${shown(word)} ${looking[reader.expected]}`;
    reader.place += word.length;
  }
  return 'unexpected end of JSON input';
}

function unreadable(reader: Reader): string {
  const character = reader.text.slice(reader.place, reader.place + 1);
  const takesText = /value$|key$/.test(reader.expected);
  if (character === '"' && takesText) return 'unexpected end of JSON input';
  return `invalid character ${shown(character)} ${looking[reader.expected]}`;
}

function shown(word: string): string {
  const character = word.slice(0, 1);
  return character === "'" ? String.raw`'\''` : `'${character}'`;
}

const accepting: Readonly<Record<Expectation, (reader: Reader, word: string) => boolean>> = {
  colon: (reader, word) => word === ':' && expect(reader, 'value'),
  key: acceptKey,
  'first-key': acceptKey,
  'object-next': (reader, word) => (word === ',' ? expect(reader, 'key') : word === '}' && close(reader)),
  'array-next': (reader, word) => (word === ',' ? expect(reader, 'value') : word === ']' && close(reader)),
  end: () => false,
  value: acceptValue,
  'first-value': acceptValue,
};

/** One token in its place; false when another was expected. */
function accept(reader: Reader, word: string): boolean {
  return accepting[reader.expected](reader, word);
}

function acceptKey(reader: Reader, word: string): boolean {
  if (word.startsWith('"')) return expect(reader, 'colon');
  return word === '}' && reader.expected === 'first-key' && close(reader);
}

function acceptValue(reader: Reader, word: string): boolean {
  if (word === '{' || word === '[') {
    reader.open.push(word === '{' ? 'object' : 'array');
    return expect(reader, word === '{' ? 'first-key' : 'first-value');
  }
  if (word === ']' && reader.expected === 'first-value') return close(reader);
  return /^["\-\dtfn]/.test(word) && afterValue(reader);
}

function close(reader: Reader): boolean {
  reader.open.pop();
  return afterValue(reader);
}

function afterValue(reader: Reader): boolean {
  const inside = reader.open.at(-1);
  return expect(reader, inside === undefined ? 'end' : `${inside}-next`);
}

function expect(reader: Reader, expected: Expectation): true {
  reader.expected = expected;
  return true;
}
