import type { Need } from '../doors/kubectl/verb.ts';
import type { CallReading } from '../reading/call-reading.ts';
import { UNKNOWN_VALUE } from '../reading/call-word.ts';
import { readRunbookSteps } from '../reading/read-step.ts';
import type { NumberedReading, StepReading } from '../reading/read-step.ts';
import type { Sources } from './load-sources.ts';
import { previewNeeds } from './preview-needs.ts';

/** The account that diagnostics run with and that looks around for previews, and the one that tries mitigations out and applies them. */
export type Account = 'reader' | 'mutator';

/** A right with the line of a runbook that needs it. Namespace null: the whole cluster. */
export type SourcedNeed = {
  account: Account;
  namespace: string | null;
  apiGroup: string;
  resource: string;
  verb: string;
  name: string | undefined;
  /** "runbooks/queue.md:38 kubectl get pods -n prod", for the preview with "preview of" in front. */
  source: string;
};

export type Needs = { needs: readonly SourcedNeed[]; /** Lines whose kinds only the cluster can tell. */ untold: readonly string[] };

/** Everything that the runbooks' lines need, found by their text. `namespace` is meant where a line names none. */
export function collectNeeds(sources: Sources, options: { namespace: string; parameterNamespace: string | undefined }): Needs {
  const needs: SourcedNeed[] = [];
  const untold: string[] = [];
  for (const { runbook, file } of sources.runbooks) {
    for (const step of readRunbookSteps(runbook)) {
      for (const numbered of step.commands.filter(({ reading }) => reading.executable)) {
        const { command, reading } = numbered;
        const source = `${file}:${command.line} ${command.text.replace(/\s+/g, ' ').trim()}`;
        for (const call of reading.calls) {
          const found = accountsOf(step, numbered).flatMap((account) => needsOfCall(call, { account, source, ...options }));
          needs.push(...found);
          if (found.length === 0 && isKube(call)) untold.push(source);
        }
      }
    }
  }
  return { needs, untold: [...new Set(untold)].toSorted() };
}

/** A block that changes something runs whole with the mutator, what only reads in it too; by itself such a command is a diagnostic. */
function accountsOf({ commands }: StepReading, { reading }: NumberedReading): readonly Account[] {
  if (reading.kindOnceFilled === 'mitigation') return ['mutator'];
  const hasMitigation = commands.some((other) => other.reading.executable && other.reading.kindOnceFilled === 'mitigation');
  return hasMitigation ? ['reader', 'mutator'] : ['reader'];
}

function isKube({ isDoor, program, verb }: CallReading): boolean {
  return isDoor && (program === 'kubectl' || program === 'oc') && !/^(?:version|api-resources|auth can-i)$/.test(verb ?? '');
}

type CallOptions = { account: Account; source: string; namespace: string; parameterNamespace: string | undefined };

function needsOfCall(call: CallReading, options: CallOptions): SourcedNeed[] {
  const { account, source } = options;
  const own = call.needs.map((need) => sourced(need, { ...options, account, source }));
  if (call.effect !== 'change') return own.filter(isTold);
  const looking = { ...options, account: 'reader' as const, source: `${source} (its preview)` };
  const preview = previewNeeds(call).map((need) => sourced(need, looking));
  return [...own, ...preview].filter(isTold);
}

function isTold({ resource, apiGroup }: SourcedNeed): boolean {
  return !resource.includes(UNKNOWN_VALUE) && !apiGroup.includes(UNKNOWN_VALUE);
}

/** Verbs whose requests name one object, so that a rule can be limited to it. */
function takesName({ verb, resource }: Need): boolean {
  return /^(?:get|patch|update|delete)$/.test(verb) || (verb === 'create' && resource.includes('/'));
}

function sourced(need: Need, options: CallOptions): SourcedNeed {
  const { apiGroup, resource, verb } = need;
  const name = need.name !== undefined && takesName(need) && !need.name.includes(UNKNOWN_VALUE) ? need.name : undefined;
  return { account: options.account, namespace: namespaceOf(need, options), apiGroup, resource, verb, name, source: options.source };
}

/** A namespace that is a parameter may be any, so the right must hold in all, unless one was given for them. */
function namespaceOf(need: Need, options: CallOptions): string | null {
  if (need.namespace === undefined) return options.namespace;
  if (need.namespace?.includes(UNKNOWN_VALUE) === true) return options.parameterNamespace ?? null;
  return need.namespace;
}
