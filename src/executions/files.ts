import type { QueryAnswer } from '../doors/prometheus-door.ts';
import type { Execution } from '../incidents/execution.ts';
import type { FileView } from '../incidents/incident.ts';
import type { Output } from '../interpreter/script.ts';

/** What a message shows of an output at most; the rest comes as a file. */
export const shownLines = 24;
export const shownCharacters = 2200;

/** Whether a message cannot hold the whole output. */
export function isLong({ head, tail, droppedBytes }: Output): boolean {
  const text = `${head}${tail}`.trimEnd();
  return droppedBytes > 0 || text.length > shownCharacters || text.split('\n').length > shownLines;
}

/** The files that go into the thread beside an execution's message. What Prometheus said is a table there, so its JSON needs none. */
export function filesOf({ number }: Execution, ended: { output: Output; answers?: readonly QueryAnswer[] }): readonly FileView[] {
  const { output, answers = [] } = ended;
  return [
    ...(answers.length === 0 && isLong(output) ? [{ type: 'file' as const, number, part: 'output' as const }] : []),
    ...(answers.some(({ type, series }) => type === 'matrix' && series.length > 0)
      ? [{ type: 'file' as const, number, part: 'chart' as const }]
      : []),
  ];
}
