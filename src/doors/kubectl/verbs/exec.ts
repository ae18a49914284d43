import type { JsonObject } from '../../../kernel/json.ts';
import type { ExecOutcome } from '../../cluster.ts';
import type { ExecOperation } from '../../operation.ts';
import { durationMsOf, flagOf, isOn } from '../call.ts';
import { textAt } from '../json-fields.ts';
import { KubectlError, statusError } from '../kubectl-error.ts';
import { byActivity } from '../pod-order.ts';
import {
  allContainerNames,
  defaultContainerAnnotation,
  firstContainer,
  hasContainer,
  isPod,
  noSuchContainer,
  podSelector,
  podsFor,
  targetOf,
} from '../pod-target.ts';
import type { KubectlCall, Need, Verb, VerbContext } from '../verb.ts';
import { namespaceFor } from './call-place.ts';
import { usageError } from './log-options.ts';
import { podTargetNeeds } from './read-needs.ts';

export const exec: Verb = {
  name: 'exec',
  flags: [
    { name: 'container', short: 'c', value: 'text' },
    { name: 'stdin', short: 'i', value: 'none' },
    { name: 'tty', short: 't', value: 'none' },
    { name: 'quiet', short: 'q', value: 'none' },
    { name: 'pod-running-timeout', value: 'duration' },
    { name: 'filename', short: 'f', value: 'list' },
  ],
  effect(call) {
    if (call.flags.has('filename'))
      return { type: 'manual', reason: 'the file is not in the runbook', fix: 'Name the pod instead of the file.' };
    const argv = call.after ?? [];
    return isShell(argv) ? interactive : { type: 'exec', argv };
  },
  needs: execNeeds,
  run: (call, context) => execIn(call, context, call.after),
};

const interactive = {
  type: 'manual',
  reason: 'a shell without a command is interactive and needs a terminal',
  fix: 'Name the command that you would type: exec POD -- COMMAND.',
} as const;

/** A shell that would wait for somebody to type. */
function isShell(argv: readonly string[]): boolean {
  return (
    /^(?:\/(?:usr\/)?bin\/)?(?:sh|bash|ash|zsh|dash|ksh)$/.test(argv[0] ?? '') &&
    argv.slice(1).every((word) => ['-i', '-l', '--login'].includes(word))
  );
}

/** Runs a command in the container that the call names. */
export async function execIn(call: KubectlCall, context: VerbContext, argv: readonly string[] | undefined): Promise<number> {
  const [target] = call.args;
  if (argv === undefined && call.args.length > 1) {
    throw usageError(call, 'exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead');
  }
  if (target === undefined) throw new KubectlError('pod, type/name or --filename must be specified');
  if (argv === undefined || argv.length === 0) throw new KubectlError('you must specify at least one command for the container');
  const { pod, via } = await chosenPod(target, call, context);
  const container = chosenContainer(pod, call, context);
  const operation: ExecOperation = {
    type: 'exec',
    pod: { apiVersion: 'v1', kind: 'Pod', resource: 'pods', ...placeOf(pod), uid: textAt(pod, 'metadata', 'uid') },
    ...(via === undefined ? {} : { via }),
    container,
    argv,
    ...(isOn(call, 'stdin') && context.stdin !== '' ? { stdin: context.stdin } : {}),
  };
  return exitOf(await carryOut(operation, context));
}

const placeOf = (pod: JsonObject) => ({ namespace: textAt(pod, 'metadata', 'namespace'), name: textAt(pod, 'metadata', 'name') });

async function chosenPod(target: string, call: KubectlCall, context: VerbContext): Promise<{ pod: JsonObject; via: string | undefined }> {
  const namespace = namespaceFor(call, context);
  const named = await targetOf(target, context);
  const object = await context.api.get(named.type, { namespace, name: named.name ?? '' });
  if (isPod(named)) return { pod: object, via: undefined };
  const labelSelector = podSelector(object, named, 'cannot attach to');
  const timeoutMs = durationMsOf(call, 'pod-running-timeout') ?? 60_000;
  const [pod] = await podsFor({ namespace, labelSelector, timeoutMs, order: byActivity }, context);
  if (pod === undefined) throw new KubectlError('timed out waiting for the condition');
  return { pod, via: `${named.type.singular === '' ? named.type.resource : named.type.singular}/${named.name ?? ''}` };
}

function chosenContainer(pod: JsonObject, call: KubectlCall, context: VerbContext): string {
  const phase = textAt(pod, 'status', 'phase');
  if (phase === 'Succeeded' || phase === 'Failed') {
    throw new KubectlError(`cannot exec into a container in a completed pod; current phase is ${phase}`);
  }
  const wanted = (flagOf(call, 'container') ?? '') || defaultContainerAnnotation(pod);
  if (wanted !== '') {
    if (!hasContainer(pod, wanted)) throw noSuchContainer(pod, wanted);
    return wanted;
  }
  const { name, isChosen } = firstContainer(pod);
  if (isChosen && !isOn(call, 'quiet')) context.err(`Defaulted container ${JSON.stringify(name)} out of: ${allContainerNames(pod)}\n`);
  return name;
}

/** A reading command goes to the container directly; anything else only as the session's effects let it. */
async function carryOut(operation: ExecOperation, { session, signal, out, err }: VerbContext): Promise<ExecOutcome> {
  const onOutput = (stream: 'stdout' | 'stderr', text: string) => (stream === 'stdout' ? out(text) : err(text));
  const verdict = session.classifyExec(operation.argv);
  if (verdict.type === 'refused') throw new KubectlError(`"${operation.argv[0] ?? ''}" is not run here: ${verdict.reason}`);
  const isReading = verdict.type === 'reading' && operation.stdin === undefined;
  if (!isReading || session.cluster === undefined) return session.effects.exec(operation, { signal, onOutput });
  const { namespace = '', name } = operation.pod;
  return session.cluster.exec({ namespace, pod: name, container: operation.container, argv: operation.argv, signal, onOutput });
}

function exitOf(outcome: ExecOutcome): number {
  switch (outcome.type) {
    case 'exited':
      if (outcome.exitCode === 0) return 0;
      throw new KubectlError(`command terminated with exit code ${outcome.exitCode}`, {
        text: `command terminated with exit code ${outcome.exitCode}`,
        exitCode: outcome.exitCode,
      });
    case 'failed':
      throw new KubectlError(outcome.message);
    case 'refused':
      throw refused(outcome);
    case 'lost':
      throw new KubectlError(`the connection was lost: ${outcome.reason}. The command may have run, and may still be running`);
  }
}

/** Without the right the API server refuses itself; everything else is refused where the connection should have been taken over. */
function refused({ status, message }: { status: number; message: string }): KubectlError {
  if (status === 403) return statusError({ message, reason: 'Forbidden', code: status });
  if (status === 401) return statusError({ message, reason: 'Unauthorized', code: status });
  return new KubectlError(`unable to upgrade connection: ${message}`);
}

function execNeeds(call: KubectlCall): readonly Need[] {
  const [target] = call.args;
  if (target === undefined) return [];
  const name = target.includes('/') ? {} : { name: target };
  // A WebSocket's request is a GET, and since Kubernetes 1.35 the right to create is asked for as well.
  const own = (['get', 'create'] as const).map((verb): Need => ({
    apiGroup: '',
    resource: 'pods/exec',
    verb,
    ...name,
    namespace: call.namespace,
    for: 'change',
  }));
  return [...podTargetNeeds(call, target), ...own];
}
