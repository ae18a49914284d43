import { expect, it, vi } from 'vitest';
import { createDirectEffects } from '../../../src/doors/effects.ts';
import type { HttpTargets } from '../../../src/doors/http-targets.ts';
import { createKubectlDoor } from '../../../src/doors/kubectl/door.ts';
import type { Session } from '../../../src/doors/session.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import type { Account, ControlPlane, Outcome } from '../support/control-plane.ts';

/**
 * A command line as it stands in a runbook, "kubectl" left out. `@ns` is replaced by the namespace: for changes each side has one of its own, in
 * which `before` made the same objects. `check` adds lines that both sides run afterwards and that are compared too.
 */
export type Case =
  | string
  | {
      line: string;
      stdin?: string;
      /** Prepares a namespace (of each side when they differ) before the line runs. */
      before?: (plane: ControlPlane, namespace: string) => Promise<void>;
      /** Read-only lines whose output must be the same afterwards, with real kubectl on both sides. */
      check?: readonly string[];
      /** Further differences that are no differences. */
      mask?: (text: string) => string;
    };

export type Comparison = {
  /** Where the real kubectl works; also where the door works, unless `doorNamespace` says otherwise. */
  namespace: string;
  doorNamespace?: string;
  /** Whose rights both sides have; the administrator's when absent. */
  account?: () => Account;
  followMs?: number;
};

const noWeb: HttpTargets = {
  async refusal() {
    return 'no web address can be reached in this test';
  },
  async request() {
    return { type: 'failed', exitCode: 7, message: 'no web address can be reached in this test', wasSent: false };
  },
};

const settleMs = 20_000;

/** One test for each line: real kubectl and the door print the same on stdout and stderr and end with the same status. */
export function compareCases(plane: () => ControlPlane, cases: readonly Case[], where: Comparison): void {
  for (const entry of cases) {
    const { line, stdin = '', before, check = [], mask = (text: string) => text } = typeof entry === 'string' ? { line: entry } : entry;
    it(`kubectl ${line}`, async () => {
      const namespaces = [...new Set([where.namespace, where.doorNamespace ?? where.namespace])];
      for (const namespace of namespaces) await before?.(plane(), namespace);
      const real = await runReal(plane(), { line, stdin, where });
      const door = await runDoor(plane(), { line, stdin, where });
      const masked = ({ stdout, stderr, exitCode }: Outcome) => ({
        stdout: mask(maskText(stdout, where)),
        stderr: mask(maskText(stderr, where)),
        exitCode,
      });
      expect(masked(door)).toEqual(masked(real));
      // Controllers take notice of a change a moment after it: what they make of it in the end is compared.
      for (const after of check) await vi.waitFor(() => compareAfterwards(after), { timeout: settleMs, interval: 200 });

      async function compareAfterwards(after: string): Promise<void> {
        const onReal = await runReal(plane(), { line: after, stdin: '', where });
        const onDoor = await runReal(plane(), {
          line: after,
          stdin: '',
          where: { ...where, namespace: where.doorNamespace ?? where.namespace },
        });
        expect(masked(onDoor), after).toEqual(masked(onReal));
      }
    });
  }
}

type Running = { line: string; stdin: string; where: Comparison };

function runReal(plane: ControlPlane, { line, stdin, where }: Running): Promise<Outcome> {
  const account = where.account?.();
  const options = account === undefined ? { stdin } : { stdin, kubeconfig: account.kubeconfig };
  return plane.kubectl(splitWords(line.replaceAll('@ns', where.namespace)), options);
}

export async function runDoor(plane: ControlPlane, { line, stdin, where }: Running): Promise<Outcome> {
  const cluster = where.account?.().cluster ?? plane.admin;
  const session: Session = {
    mode: 'apply',
    cluster,
    http: noWeb,
    effects: createDirectEffects({ cluster, http: noWeb }),
    clock: systemClock,
    classifyExec: () => ({ type: 'change', reason: 'the test says so' }),
    followMs: where.followMs ?? 2000,
  };
  const outcome = { stdout: '', stderr: '', exitCode: 0 };
  const call = {
    argv: splitWords(line.replaceAll('@ns', where.doorNamespace ?? where.namespace)),
    stdin,
    signal: AbortSignal.timeout(60_000),
    out: (text: string) => void (outcome.stdout += text),
    err: (text: string) => void (outcome.stderr += text),
  };
  return { ...outcome, exitCode: await createKubectlDoor('kubectl').run(call, session), stdout: outcome.stdout, stderr: outcome.stderr };
}

/** What differs between two runs that do the same: times, ages with the width of their column, identifiers; and generated names between two namespaces. */
export function maskText(text: string, where: Comparison): string {
  const masked = text
    .replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, 'TIME')
    .replaceAll(/\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, 'TIME')
    .replaceAll(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'UID')
    .replaceAll(/(resourceVersion"?: ?"?)\d+/g, '$1RV')
    .replaceAll(/(?<![\w.-])(\d+[ydhms]){1,2}(?![\w.-])( *)/g, (_age, _unit, spaces: string) => (spaces === '' ? 'AGE' : 'AGE '))
    .replaceAll(/\b(AGE|LAST SEEN) +/g, '$1 ');
  if (where.doorNamespace === undefined) return masked;
  return masked
    .replaceAll(where.doorNamespace, '@ns')
    .replaceAll(where.namespace, '@ns')
    .replaceAll(/-[a-f0-9]{8,10}-[a-z0-9]{5}\b/g, '-HASH-RANDOM')
    .replaceAll(/-[a-f0-9]{8,10}\b/g, '-HASH');
}

/** For what Go takes from a map, or does at once: kubectl itself has another order each time. */
export function maskOrder(text: string): string {
  return text.split('\n').sort().join('\n');
}

/** Words as a shell gives them, for lines with plain words and quotes. */
export function splitWords(line: string): string[] {
  return [...line.matchAll(/(?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+/g)].map(([word]) =>
    word.replaceAll(
      /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/g,
      (...[, single, double, escaped]: (string | undefined)[]) => single ?? double?.replaceAll(/\\(["\\$`])/g, '$1') ?? escaped ?? '',
    ),
  );
}
