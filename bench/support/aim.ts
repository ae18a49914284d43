import { round } from './report.ts';
import type { Figure, Row } from './report.ts';

/** What a figure should be. A figure in per cent is missed by points, every other by its own unit. */
export type Aim = { unit: Figure['unit'] } & ({ atLeast: number } | { atMost: number });

type Measured = { name: string; value: number; figures: readonly Figure[]; note?: string };

/** The row that says whether a figure met its aim, and by how much it missed it. A figure that is no number misses it. */
export function judge(aim: Aim, { name, value, figures, note }: Measured): Row {
  const [bound, ratio] = 'atLeast' in aim ? [aim.atLeast, value / aim.atLeast] : [aim.atMost, aim.atMost / value];
  const isReached = 'atLeast' in aim ? value >= bound : value <= bound;
  const unit = aim.unit === '' ? '' : ` ${aim.unit}`;
  const missedBy = `${round(Math.abs(value - bound))}${aim.unit === '%' ? ' points' : unit}`;
  return {
    name,
    // At most nothing, and nothing it was.
    ratio: Number.isNaN(ratio) && isReached ? 1 : ratio,
    aim: `${'atLeast' in aim ? '>=' : '<='} ${round(bound)}${unit}: ${round(value)}${unit} ${isReached ? 'met' : `missed by ${missedBy}`}`,
    isReached,
    figures,
    ...(note === undefined ? {} : { note }),
  };
}
