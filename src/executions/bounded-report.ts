import type { RunReport } from '../operations/ports.ts';

const maxAnswers = 20;
const maxSeries = 100;
const maxPoints = 1500;
const maxCalls = 500;

/** A report of a size that a store takes: output is bounded where it is made, answers of Prometheus and loops over calls are bounded here. */
export function boundedReport(report: RunReport): RunReport {
  return { ...report, calls: report.calls.slice(0, maxCalls), answers: report.answers.slice(0, maxAnswers).map(boundedAnswer) };
}

function boundedAnswer(answer: RunReport['answers'][number]): RunReport['answers'][number] {
  const series = answer.series.slice(0, maxSeries).map(({ labels, points }) => ({ labels, points: points.slice(-maxPoints) }));
  const left = answer.series.length - series.length;
  if (left === 0) return { ...answer, series };
  return { ...answer, series, warnings: [...answer.warnings, `${left} more series are not kept`] };
}
