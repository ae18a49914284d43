import { allArgs, flagOf, isOn } from '../call.ts';
import { KubectlError } from '../kubectl-error.ts';
import { adviseTypes, isHumanReadable } from '../output/printer.ts';
import type { KubectlCall, Verb, VerbContext } from '../verb.ts';
import { fetchAll } from './get-fetch.ts';
import { getFlags } from './get-flags.ts';
import { getNeeds } from './get-needs.ts';
import { printObjects, throwAll } from './get-objects.ts';
import { getRaw } from './get-raw.ts';
import { selectObjects } from './get-select.ts';
import { printTables } from './get-table.ts';
import { watchObjects } from './get-watch.ts';

export const get: Verb = {
  name: 'get',
  flags: getFlags,
  effect(call) {
    if (call.flags.has('filename') || call.flags.has('kustomize')) {
      return { type: 'manual', reason: 'the file is not in the runbook', fix: 'Name the type and the object instead.' };
    }
    return { type: 'read' };
  },
  needs: getNeeds,
  run: runGet,
};

async function runGet(call: KubectlCall, context: VerbContext): Promise<number> {
  const { session, api, out, err } = context;
  const { cluster } = session;
  if (cluster === undefined) throw new KubectlError('no cluster is configured, so nothing can be asked of it');
  if ((flagOf(call, 'raw') ?? '') !== '') return getRaw(call, api, context);
  const watches = isOn(call, 'watch') || isOn(call, 'watch-only');
  checkWords(call, watches, err);
  const namespace = call.namespace ?? cluster.namespace;
  const selection = await selectObjects(call, api);
  const asTable = isHumanReadable(call);
  const fetching = { call, api, namespace, asTable };
  if (watches) return watchObjects(selection, fetching, { ...context, cluster });
  const result = await fetchAll(selection, fetching);
  if (!asTable) printObjects(result, selection.isSingle, { call, out, err });
  else {
    printTables(result, call, { out, err, namespace });
    throwAll(result.errors);
  }
  return 0;
}

function checkWords(call: KubectlCall, watches: boolean, err: (text: string) => void): void {
  const output = flagOf(call, 'output') ?? '';
  if (allArgs(call).length === 0 && !watches) {
    err(`You must specify the type of resource to get. ${adviseTypes(call.program)}\n\n`);
    throw new KubectlError(
      `Required resource not specified.\nUse "${call.program} explain <resource>" for a detailed description of that resource (e.g. ${call.program} explain pods).\nSee '${call.program} get -h' for help and examples`,
    );
  }
  if (watches && (flagOf(call, 'sort-by') ?? '') !== '')
    err('warning: --watch requested, --sort-by will be ignored for watch events received\n');
  if (isOn(call, 'show-labels') && output !== '' && output !== 'wide') {
    throw new KubectlError(`--show-labels option cannot be used with ${output} printer`);
  }
  if (isOn(call, 'output-watch-events') && !watches) {
    throw new KubectlError('--output-watch-events option can only be used with --watch or --watch-only');
  }
}
