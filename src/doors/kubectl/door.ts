import { z } from 'zod';
import { describeError, TocsinError } from '../../kernel/errors.ts';
import type { Door, DoorCall, Session } from '../session.ts';
import { isProblem, parseKubectl, type KubectlProgram } from './call.ts';
import { createApi } from './create-api.ts';
import { KubectlError } from './kubectl-error.ts';
import { kubectlRegistry } from './registry.ts';

/** `kubectl` or `oc`: the same verbs over the session's cluster, with stdout, stderr and exit status as the program gives them. */
export function createKubectlDoor(program: KubectlProgram): Door {
  return {
    name: program,
    async run(call, session) {
      const parsed = parseKubectl(program, call.argv, kubectlRegistry);
      if (isProblem(parsed)) {
        call.err(parsed.text);
        return parsed.exitCode;
      }
      const verb = kubectlRegistry.find((candidate) => candidate.name === parsed.verb);
      if (verb === undefined) throw new TocsinError('internal', `the verb ${parsed.verb} was parsed and is not registered`);
      try {
        const effect = verb.effect(parsed);
        if (effect.type === 'manual') {
          const fix = effect.fix === undefined ? '' : ` ${effect.fix}`;
          throw new KubectlError(`${program} ${parsed.verb} cannot be run here: ${effect.reason}.${fix}`);
        }
        const { cluster } = session;
        if (cluster === undefined) throw new KubectlError('no cluster is configured, so nothing can be asked of it');
        const api = createApi({ program, cluster, session, signal: call.signal, out: call.out, err: call.err });
        return await verb.run(parsed, { out: call.out, err: call.err, signal: call.signal, stdin: call.stdin, session, api });
      } catch (error) {
        return printError(error, call, session);
      }
    },
  };
}

function printError(error: unknown, call: DoorCall, session: Session): number {
  if (error instanceof KubectlError) {
    call.err(error.text);
    return error.exitCode;
  }
  // What answers is not always an API server of a version that we know: it may be a proxy in front of it.
  if (error instanceof z.ZodError || error instanceof SyntaxError) {
    call.err(`error: the server's answer cannot be read: ${unreadable(error)}\n`);
    return 1;
  }
  if (!(error instanceof TocsinError) || error.code === 'internal') throw error;
  call.err(transportText(error, session));
  return 1;
}

function unreadable(error: z.ZodError | SyntaxError): string {
  if (error instanceof SyntaxError) return 'it is not JSON';
  const [issue] = error.issues;
  return issue === undefined ? 'it has another form' : `${issue.path.join('.') || 'it'} is not as expected (${issue.message})`;
}

function transportText(error: TocsinError, session: Session): string {
  const host = session.cluster === undefined ? '' : new URL(session.cluster.server).host;
  if (error.code === 'unavailable' && /ECONNREFUSED/.test(describeError(error))) {
    return `The connection to the server ${host} was refused - did you specify the right host or port?\n`;
  }
  return error.code === 'unavailable' ? `Unable to connect to the server: ${error.message}\n` : `error: ${error.message}\n`;
}
