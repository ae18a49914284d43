import type { Verdict } from '../incidents/execution.ts';
import type { Check, Reading, Round } from './document.ts';

/** How much a value has to move before it counts as a difference. */
const noticeable = 0.05;

/** A verdict that holds for so many rounds ends the watching early. */
const steadyRounds = 3;

export type Compared = Reading & { before?: number; after?: number; verdict: Verdict };

/**
 * Compares each check with the same check before. Whether less or more is good is read from its words (errors, latency, queues: less), and
 * less is good where they say nothing, because runbooks measure trouble.
 */
export function compareRounds(checks: readonly Check[], before: Round | undefined, after: Round | undefined): readonly Compared[] {
  return checks.map((check, index) => {
    const [then, now] = [readingAt(before, check, index), readingAt(after, check, index)];
    return {
      title: check.title,
      ...(then?.value === undefined ? {} : { before: then.value }),
      ...(now?.value === undefined ? {} : { after: now.value }),
      ...(now?.problem === undefined ? {} : { problem: now.problem }),
      verdict: verdictOn(check, then?.value, now?.value),
    };
  });
}

function readingAt(round: Round | undefined, check: Check, index: number): Reading | undefined {
  const reading = round?.readings[index];
  return reading?.title === check.title ? reading : round?.readings.find(({ title }) => title === check.title);
}

function verdictOn(check: Check, before: number | undefined, after: number | undefined): Verdict {
  if (before === undefined || after === undefined || !Number.isFinite(before) || !Number.isFinite(after)) return 'unknown';
  if (Math.abs(after - before) <= noticeable * Math.abs(before)) return 'no_change';
  return after < before === isLessGood(check) ? 'better' : 'worse';
}

const goodWords = /success|availab|throughput|healthy|ready|\bup\b|processed|completed|uptime|hit[_ ]?r(?:ate|atio)|remaining/i;
const badWords =
  /error|fail|latenc|duration|queue|backlog|depth|lag|pending|restart|5xx|4xx|timeout|usage|utili[sz]ation|unavail|unhealthy|not[_ ]ready|dropp|reject/i;

function isLessGood({ title, promql }: Check): boolean {
  if (badWords.test(title)) return true;
  if (goodWords.test(title)) return false;
  return badWords.test(promql) || !goodWords.test(promql);
}

/** One word for all checks: harm anywhere outweighs good elsewhere. */
export function overall(compared: readonly Pick<Compared, 'verdict'>[]): Verdict {
  const has = (verdict: Verdict) => compared.some((each) => each.verdict === verdict);
  if (has('worse')) return 'worse';
  if (has('better')) return 'better';
  return has('no_change') ? 'no_change' : 'unknown';
}

/** Whether the last rounds agree so that no more have to be waited for. */
export function isSteady(checks: readonly Check[], before: Round | undefined, rounds: readonly Round[]): boolean {
  const last = rounds.slice(-steadyRounds).map((round) => overall(compareRounds(checks, before, round)));
  return last.length === steadyRounds && (last[0] === 'better' || last[0] === 'worse') && new Set(last).size === 1;
}
