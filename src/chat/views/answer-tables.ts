import { describeAnswer } from '../../charts/describe-answer.ts';
import type { Description } from '../../charts/describe-answer.ts';
import type { QueryAnswer } from '../../doors/prometheus-door.ts';
import { countText, cutText } from '../../export/wording.ts';
import type { Block } from '../message.ts';
import { sentence } from './answers.ts';
import { bold, code, contextBlock, textBlock } from './inline.ts';

const maxTables = 4;
const maxWarnings = 2;

/**
 * What Prometheus answered: a sentence for each, and the rows. The message of a single answer has said its sentence already; that of a query asked
 * by hand shows the query too.
 */
export function answerBlocks(answers: readonly QueryAnswer[], shown: { isQuery: boolean }): readonly Block[] {
  const isAlone = answers.length === 1;
  return [
    ...answers.slice(0, maxTables).flatMap((answer): readonly Block[] => {
      const { sentence: words, table } = describeAnswer(answer);
      return [
        ...(shown.isQuery ? [] : [contextBlock(code(cutText(answer.promql.replaceAll(/\s+/g, ' '), 300)))]),
        ...(isAlone ? [] : [textBlock(bold(sentence(words)))]),
        ...(table.rows.length <= 1 ? [] : [{ type: 'code' as const, text: aligned(table) }]),
        ...(table.leftOut > 0 ? [contextBlock(`… and ${table.leftOut} more series.`)] : []),
        ...answer.warnings.slice(0, maxWarnings).map((warning) => contextBlock(`⚠️ Prometheus warns: ${cutText(warning, 200)}`)),
      ];
    }),
    ...(answers.length > maxTables ? [contextBlock(`… and ${countText(answers.length - maxTables, 'more answer')}.`)] : []),
  ];
}

const maxCell = 40;

/** Columns one below the other, as a terminal would show them. */
function aligned({ columns, rows }: Description['table']): string {
  const cells = [columns, ...rows].map((row) => row.map((cell) => cutText(cell.replaceAll(/\s+/g, ' '), maxCell)));
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => widthOf(row[index] ?? ''))));
  return cells
    .map((row) =>
      row
        .map((cell, index) => padded(cell, widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function widthOf(text: string): number {
  return Array.from(text).length;
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}
