import { KubectlError } from '../kubectl-error.ts';
import type { KubectlCall, Verb } from '../verb.ts';

type Entry = { names: readonly string[]; programs?: readonly ('kubectl' | 'oc')[]; reason: string; fix?: string };

const terminal = 'it is interactive and needs a terminal';
const openshift = "it uses OpenShift's own programs or interfaces";

/** What kubectl and oc have and we recognise without running it, with the reason. Longer names stand with the first word that they share. */
const entries: readonly Entry[] = [
  { names: ['edit'], reason: terminal, fix: 'Use patch, set or scale for the change.' },
  {
    names: ['debug'],
    reason: 'it starts a debugging container and attaches a terminal to it',
    fix: 'Use exec with a command, logs or describe.',
  },
  { names: ['attach'], reason: terminal, fix: 'Use logs to see the output.' },
  {
    names: ['port-forward'],
    reason: 'it opens a port on your own machine',
    fix: 'Use exec with curl or wget in a pod of the same network.',
  },
  { names: ['proxy'], reason: 'it opens a port on your own machine', fix: 'Use get --raw with the path.' },
  { names: ['cp'], reason: 'it copies files from or to your own machine', fix: 'Use exec with cat for a small text file.' },
  {
    names: ['run'],
    reason: 'it creates a pod for the moment and mostly attaches a terminal to it',
    fix: 'Use exec in a pod that runs already.',
  },
  {
    names: ['apply', 'create', 'replace', 'diff'],
    reason: 'the file is not in the runbook',
    fix: 'Use patch, scale, set, annotate or label for the change.',
  },
  { names: ['kustomize'], reason: 'it reads files that are not in the runbook' },
  {
    names: ['config', 'kuberc'],
    reason: 'it is about the configuration on your own machine; here cluster and account are set by whoever runs Tocsin',
  },
  { names: ['completion', 'plugin', 'options', 'help', 'alpha', 'krew'], reason: 'it is about the program on your own machine' },
  {
    names: ['expose', 'autoscale', 'certificate'],
    reason: 'it is not among the changes that can be planned, previewed and undone here',
  },
  { names: ['explain'], reason: "it prints the API's documentation", fix: 'Look at the fields with get -o yaml.' },
  { names: ['rsync'], programs: ['oc'], reason: terminal, fix: 'Use exec with a command.' },
  {
    names: ['login', 'logout', 'projects'],
    programs: ['oc'],
    reason: 'cluster and account are set by whoever runs Tocsin',
    fix: 'Name the namespace with -n.',
  },
  {
    names: [
      'adm',
      'new-app',
      'new-project',
      'new-build',
      'start-build',
      'cancel-build',
      'import-image',
      'tag',
      'image',
      'idle',
      'status',
      'process',
      'extract',
      'registry',
      'secrets',
      'serviceaccounts',
      'policy',
      'observe',
      'ex',
      'deploy',
      'rollback',
      'export',
      'volumes',
      'env',
    ],
    programs: ['oc'],
    reason: openshift,
  },
];

const flags: Verb['flags'] = [
  { name: 'filename', short: 'f', value: 'list' },
  { name: 'kustomize', short: 'k', value: 'text' },
  { name: 'output', short: 'o', value: 'text' },
  { name: 'selector', short: 'l', value: 'text' },
  { name: 'container', short: 'c', value: 'text' },
  { name: 'patch', short: 'p', value: 'text' },
];

function manualVerb(name: string, entry: Entry): Verb {
  const { reason, fix, programs } = entry;
  return {
    name,
    flags,
    unknownFlags: 'skipped',
    ...(programs === undefined ? {} : { programs }),
    effect: (call) => ({
      type: 'manual',
      reason: reads(call) ? 'documents from standard input are not applied here' : reason,
      ...(fix === undefined ? {} : { fix }),
    }),
    needs: () => [],
    async run() {
      throw new KubectlError(`${name} cannot be run here: ${reason}`);
    },
  };
}

/** `-f -`: what is applied comes through a pipe. */
function reads(call: KubectlCall): boolean {
  return call.flags.get('filename')?.includes('-') === true;
}

export const manualVerbs: readonly Verb[] = entries.flatMap((entry) => entry.names.map((name) => manualVerb(name, entry)));
