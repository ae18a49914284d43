import { durationMsOf, flagOf, isOn, numberOf } from '../call.ts';
import { KubectlError } from '../kubectl-error.ts';
import type { KubectlCall } from '../verb.ts';

/** An error about how the command was written, with kubectl's pointer to its help. */
export function usageError(call: KubectlCall, message: string): KubectlError {
  return new KubectlError(`${message}\nSee '${call.program} ${call.verb} -h' for help and examples`);
}

/** What the server is asked, without the container. */
export function logQuery(call: KubectlCall): Readonly<Record<string, string>> {
  const on = (flag: string, parameter: string) => (isOn(call, flag) ? { [parameter]: 'true' } : {});
  const limit = numberOf(call, 'limit-bytes') ?? 0;
  const tail = tailOf(call);
  const since = sinceSeconds(call);
  const sinceTime = flagOf(call, 'since-time') ?? '';
  return {
    ...on('follow', 'follow'),
    ...on('previous', 'previous'),
    ...on('timestamps', 'timestamps'),
    ...on('insecure-skip-tls-verify-backend', 'insecureSkipTLSVerifyBackend'),
    ...(limit === 0 ? {} : { limitBytes: String(limit) }),
    ...(tail === undefined ? {} : { tailLines: String(tail) }),
    ...(since === undefined ? {} : { sinceSeconds: String(since) }),
    ...(sinceTime === '' ? {} : { sinceTime: readTime(sinceTime) }),
  };
}

/** All lines, but the last ten of each pod of a selector. */
function tailOf(call: KubectlCall): number | undefined {
  const tail = numberOf(call, 'tail');
  if (tail !== undefined) return tail === -1 ? undefined : tail;
  return (flagOf(call, 'selector') ?? '') === '' ? undefined : 10;
}

function sinceSeconds(call: KubectlCall): number | undefined {
  const ms = durationMsOf(call, 'since') ?? 0;
  return ms === 0 ? undefined : Math.round(ms / 1000);
}

function readTime(text: string): string {
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text));
  if (!isTime) {
    throw new KubectlError(
      `parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(text)} as "2006"`,
    );
  }
  return new Date(text).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Refuses options that do not go together. */
export function checkedLogOptions(call: KubectlCall): void {
  const container = (flagOf(call, 'container') ?? '') || (call.args[1] ?? '');
  const problems: readonly (readonly [boolean, string])[] = [
    [
      (flagOf(call, 'since-time') ?? '') !== '' && sinceSeconds(call) !== undefined,
      'at most one of `sinceTime` or `sinceSeconds` may be specified',
    ],
    [isOn(call, 'all-containers') && container !== '', `--all-containers=true should not be specified with container name ${container}`],
    [call.flags.has('container') && call.args.length === 2, 'only one of -c or an inline [CONTAINER] arg is allowed'],
    [(numberOf(call, 'limit-bytes') ?? 0) < 0, '--limit-bytes must be greater than 0'],
    [(sinceSeconds(call) ?? 0) < 0, '--since must be greater than 0'],
    [(tailOf(call) ?? 0) < -1, '--tail must be greater than or equal to -1'],
  ];
  const found = problems.find(([isWrong]) => isWrong);
  if (found !== undefined) throw new KubectlError(found[1]);
}
