/** A column: its heading and how its cells are aligned. */
export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

export interface TableOptions {
  /** Terminal width in columns: the last column is wrapped to it. `undefined`: never wrapped (pipes, files). */
  readonly width: number | undefined;
  /** Paints a cell after it was measured. */
  readonly paint?: (text: string, column: number, row: number) => string;
}

/** Lines of an aligned table, two blanks between columns, no trailing blanks. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: TableOptions,
): readonly string[] {
  const last = columns.length - 1;
  const widths = columns.map((column, index) =>
    Math.max(column.title.length, ...rows.map((row) => (row[index] ?? '').length)),
  );
  const before = widths.slice(0, last).reduce((sum, width) => sum + width + 2, 0);
  const room = options.width === undefined ? Number.POSITIVE_INFINITY : options.width - before;
  if (options.width !== undefined && room < leastRoom) return narrow(columns, rows, options.width, options);
  const line = (cells: readonly string[], row: number): string[] => {
    const head = cells.slice(0, last).map((cell, index) => {
      const painted = options.paint?.(cell, index, row) ?? cell;
      const blanks = ' '.repeat((widths[index] ?? 0) - cell.length);
      return `${columns[index]?.align === 'right' ? blanks + painted : painted + blanks}  `;
    });
    const pieces = wrap(cells[last] ?? '', room);
    const painted = pieces.map((piece) => options.paint?.(piece, last, row) ?? piece);
    return [head.join('') + (painted[0] ?? ''), ...painted.slice(1).map((piece) => ' '.repeat(before) + piece)];
  };
  const heading = line(
    columns.map((column) => column.title),
    -1,
  );
  return [...heading, ...rows.flatMap((row, index) => line(row, index))].map((text) => text.trimEnd());
}

/** Fewer columns than this are no place for a sentence. */
const leastRoom = 24;
const indent = '    ';

/** Where the last column has no room beside the others, it comes below them. */
function narrow(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
  { paint }: TableOptions,
): readonly string[] {
  const last = columns.length - 1;
  const heads = table(columns.slice(0, last), rows, { width: undefined, ...(paint ? { paint } : {}) });
  const below = (text: string, row: number) =>
    wrap(text, Math.max(leastRoom, width - indent.length)).map(
      (piece) => indent + (paint?.(piece, last, row) ?? piece),
    );
  const texts = [columns[last]?.title ?? '', ...rows.map((row) => row[last] ?? '')];
  return heads.flatMap((head, index) => [head, ...below(texts[index] ?? '', index - 1)]);
}

/** Breaks at blanks so that no piece is longer than `width`, if it can. */
export function wrap(text: string, width: number): readonly string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const word of text.split(' ')) {
    if (piece !== '' && piece.length + 1 + word.length > width) {
      pieces.push(piece);
      piece = word;
    } else piece = piece === '' ? word : `${piece} ${word}`;
  }
  return [...pieces, piece];
}
