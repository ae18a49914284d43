/** How columns are laid out: their least width and the space after the widest cell. */
export type TabStyle = { minWidth: number; padding: number };

/** kubectl's two tables: `describe` and everything else. */
export const describeStyle: TabStyle = { minWidth: 0, padding: 2 };
export const tableStyle: TabStyle = { minWidth: 6, padding: 3 };

const widthOf = (cell: string): number => Array.from(cell).length;

/**
 * Aligns tab-separated text as Go's text/tabwriter does: a cell belongs to its column only when a tab ends it, and a column's width holds for
 * neighbouring lines that all have the column.
 */
export function alignTabs(text: string, style: TabStyle): string {
  const lines = text.split(/[\n\f]/).map((line) => line.split(/[\t\v]/));
  const widths = lines.map((line) => Array.from({ length: line.length - 1 }, () => 0));
  const columns = Math.max(0, ...widths.map((row) => row.length));

  const layOut = (column: number) => {
    let first = 0;
    while (first < lines.length) {
      let after = first;
      let width = style.minWidth;
      while (after < lines.length && column < (widths[after]?.length ?? 0)) {
        width = Math.max(width, widthOf(lines[after]?.[column] ?? '') + style.padding);
        after += 1;
      }
      for (let line = first; line < after; line += 1) widths[line]?.splice(column, 1, width);
      first = Math.max(after, first + 1);
    }
  };
  for (let column = 0; column < columns; column += 1) layOut(column);
  return lines.map((line, index) => padded(line, widths[index] ?? [])).join('\n');
}

function padded(line: readonly string[], widths: readonly number[]): string {
  return line.map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell)))).join('');
}
