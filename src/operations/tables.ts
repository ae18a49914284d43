/** The tables of `kubectl get` in words, and the lines that belong to none. */
export type TablesInWords = { sentences: readonly string[]; rest: readonly string[] };

type Row = Readonly<Record<string, string>>;
type Known = { header: RegExp; noun: string; trouble: (row: Row) => string | undefined };

const calmStatuses = new Set(['Running', 'Completed', 'Succeeded']);

/** What is wrong with a row: its status, or how much of it is ready. */
const known: readonly Known[] = [
  {
    header: /^(?:NAMESPACE +)?NAME +READY +STATUS +RESTARTS/,
    noun: 'pod',
    trouble: ({ READY = '', STATUS = '' }) => {
      if (!calmStatuses.has(STATUS)) return STATUS;
      return STATUS === 'Running' && !isWhole(READY) ? `${READY} ready` : undefined;
    },
  },
  {
    header: /^(?:NAMESPACE +)?NAME +READY +UP-TO-DATE/,
    noun: 'deployment',
    trouble: ({ READY = '' }) => (isWhole(READY) ? undefined : `${READY} ready`),
  },
  {
    header: /^NAME +STATUS +ROLES/,
    noun: 'node',
    trouble: ({ STATUS = '' }) => (STATUS === 'Ready' ? undefined : STATUS),
  },
];

const mostNamed = 2;

export function readTables(text: string): TablesInWords {
  const sentences: string[] = [];
  const rest: string[] = [];
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const header = lines[index] ?? '';
    const table = known.find((each) => each.header.test(header));
    if (table === undefined) {
      rest.push(header);
      continue;
    }
    const rows: Row[] = [];
    const columns = columnsOf(header);
    for (let row = rowOf(lines[index + 1] ?? '', columns); row !== undefined; row = rowOf(lines[index + 1] ?? '', columns)) {
      rows.push(row);
      index += 1;
    }
    sentences.push(sentenceOf(table, rows));
  }
  return { sentences, rest };
}

type Column = { name: string; at: number };

function columnsOf(header: string): readonly Column[] {
  return [...header.matchAll(/\S+(?: \S+)*/g)].map((match) => ({ name: match[0], at: match.index }));
}

/** A line of the table keeps the columns of its header: a blank stands before each. */
function rowOf(line: string, columns: readonly Column[]): Row | undefined {
  const fits = line !== '' && columns.every(({ at }) => line[at] !== undefined && line[at] !== ' ' && (at === 0 || line[at - 1] === ' '));
  if (!fits) return undefined;
  return Object.fromEntries(columns.map(({ name, at }, index) => [name, line.slice(at, columns[index + 1]?.at).trim()]));
}

function sentenceOf({ noun, trouble }: Known, rows: readonly Row[]): string {
  const bad = rows.flatMap((row) => {
    const what = trouble(row);
    return what === undefined ? [] : [`${row['NAME'] ?? ''} (${what})`];
  });
  const all = `${rows.length} ${noun}${rows.length === 1 ? '' : 's'}`;
  if (bad.length === 0) return rows.length === 1 ? `${all}, ready` : `${all}, all ready`;
  const more = bad.length > mostNamed ? ` and ${bad.length - mostNamed} more` : '';
  return `${all}, ${bad.length} not ready: ${bad.slice(0, mostNamed).join(', ')}${more}`;
}

function isWhole(ready: string): boolean {
  const [now, wanted] = ready.split('/');
  return now === wanted;
}
