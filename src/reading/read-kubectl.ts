import type { ExecPolicy } from '../doors/exec-policy.ts';
import { isProblem, kubectlProgram, type KubectlProblem, parseKubectl } from '../doors/kubectl/call.ts';
import { kubectlRegistry as registry } from '../doors/kubectl/registry.ts';
import type { Need, VerbEffect } from '../doors/kubectl/verb.ts';
import type { CallReading } from './call-reading.ts';
import { type CallWord, UNKNOWN_VALUE } from './call-word.ts';

/** Reads a call of kubectl or oc by the door's own parser and verbs. */
export function readKubectl(words: readonly CallWord[], execPolicy: ExecPolicy): CallReading {
  const [name, ...argv] = words.map((word) => word.text);
  const program = kubectlProgram(name ?? '') ?? 'kubectl';
  const parsed = parseKubectl(program, argv, registry);
  const base = { program, words, isUndoable: false, isDoor: true, isTyped: true, needs: [] } as const;
  if (isProblem(parsed)) return { ...base, ...readProblem(parsed, argv) };
  const verb = registry.find((candidate) => candidate.name === parsed.verb && candidate.programs?.includes(program) !== false);
  if (verb === undefined) return { ...base, effect: 'manual', reason: `there is no verb "${parsed.verb}"` };
  const needs = verb.needs(parsed);
  const told = readEffect(verb.effect(parsed), execPolicy);
  return { ...base, verb: parsed.verb, ...(told.effect === 'change' && needs.some(changesSecret) ? secretChange : told), needs };
}

/** A plan is kept and shown, and with it would be what a Secret holds; plans refuse these changes for that reason. */
const secretChange: Told = {
  effect: 'manual',
  reason: 'it changes a Secret, and a plan would keep what it holds',
  fix: 'Do it in a terminal of your own.',
};

function changesSecret({ for: purpose, apiGroup, resource }: Need): boolean {
  return purpose === 'change' && apiGroup === '' && /^secrets(?:\/|$)/.test(resource);
}

type Told = Pick<CallReading, 'effect'> & Partial<Pick<CallReading, 'isUndoable' | 'isTyped' | 'reason' | 'fix'>>;

function readProblem(problem: KubectlProblem, argv: readonly string[]): Told {
  const reason = problem.text.replace(/^error: /i, '').split('\n', 1)[0] ?? '';
  if (problem.problem === 'help') return { effect: 'manual', reason: 'it asks for a help text' };
  if (problem.problem === 'refused') return { effect: 'manual', reason };
  const unknown = { effect: 'manual', isTyped: false, reason } as const;
  return problem.problem === 'unknown-verb' ? { ...unknown, ...readUnknownVerb(problem.text, argv) } : unknown;
}

function readUnknownVerb(text: string, argv: readonly string[]): Partial<Told> {
  if (text.includes(UNKNOWN_VALUE)) return { reason: 'what it does is known only when it runs' };
  const plugin = PLUGINS.exec(argv.find((word) => !word.startsWith('-') && !isFlagValue(argv, word)) ?? '')?.[0];
  if (plugin !== undefined) {
    const reason = `"${plugin}" is a plugin or a verb of old versions, which Tocsin does not have`;
    return { isTyped: true, reason, fix: 'Use the verbs of kubectl.' };
  }
  const suggestion = /Did you mean this\?\s+(\S+)/.exec(text)?.[1];
  return suggestion === undefined ? {} : { fix: `Write "${suggestion}".` };
}

/** Plugins that runbooks call, by name or by the underscore that only plugins have, and verbs that later versions dropped. */
const PLUGINS =
  /^(?:\w+_\w+|sa|ctx|ns|neat|tree|who-can|view-secret|view-utilization|df-pv|cnpg|argo|argocd|rook-ceph|ceph|minio|directpv|karmada|kudo|kuttl|kyverno|linstor|node-shell|np-viewer|oidc-login|outdated|popeye|resource-capacity|score|sniff|stern|tail|trace|virt|vcluster|hns|gadget|cert-manager|ingress-nginx|konfig|images|iexec|exec-as|blame|slice|strimzi|crossplane|kots|preflight|support-bundle|testkube|flame|pexec|modify-secret|access-matrix|deprecations|doctor|graph|get-all|ice|lineage|mtail|nuke|rbac-lookup|rolesum|unused-volumes|whoami|tap|tmux-exec|rename-pvc|browse-pvc|evict-pod|evict|cost|count|status)$/;

function isFlagValue(argv: readonly string[], word: string): boolean {
  return /^(?:-n|--namespace|-f|-c|-l|-o|--context)$/.test(argv[argv.indexOf(word) - 1] ?? '');
}

function readEffect(effect: VerbEffect, execPolicy: ExecPolicy): Told {
  switch (effect.type) {
    case 'read':
      return { effect: 'read' };
    case 'change':
      return { effect: 'change', isUndoable: effect.undoable };
    case 'exec':
      return readExec(effect.argv, execPolicy);
    case 'manual':
      return { effect: 'manual', reason: effect.reason, ...(effect.fix === undefined ? {} : { fix: effect.fix }) };
  }
}

/** Shells without a script, and programs that wait for somebody to type. */
const INTERACTIVE =
  /^(?:(?:\/\S*\/)?(?:ba|da|z|a|k)?sh|psql|mysql|mongo|mongosh|redis-cli|sqlite3|python3?|node|irb|top|htop|vi|vim|less|rails)$/;

function readExec(argv: readonly string[], execPolicy: ExecPolicy): Told {
  const verdict = execPolicy.classify(argv);
  if (verdict.type === 'reading') return { effect: 'read' };
  if (verdict.type === 'refused') return { effect: 'manual', reason: verdict.reason };
  const [program = '', ...rest] = argv;
  if (INTERACTIVE.test(program) && rest.every((word) => /^-[il]+$/.test(word))) {
    return {
      effect: 'manual',
      reason: 'it opens a shell or a prompt and needs a terminal',
      fix: `Write the command behind it: -- ${program} -c '...'`,
    };
  }
  return { effect: 'change', isUndoable: false };
}
