import { flagOf } from '../call.ts';
import type { KubectlCall } from '../verb.ts';
import type { Choice } from './select.ts';

/** The objects that a command line means, by its words and its selectors. An empty selector is none. */
export function choiceOf(call: KubectlCall, args: readonly string[] = call.args): Choice {
  const selector = flagOf(call, 'selector')?.trim();
  const fieldSelector = flagOf(call, 'field-selector')?.trim();
  return {
    program: call.program,
    args,
    namespace: call.namespace,
    allNamespaces: call.allNamespaces,
    selector: selector === '' ? undefined : selector,
    fieldSelector: fieldSelector === '' ? undefined : fieldSelector,
  };
}
