import { z } from 'zod';
import { allArgs, flagOf, isOn } from '../call.ts';
import { KubectlError } from '../kubectl-error.ts';
import { goText } from '../output/go-json.ts';
import { alignTabs, tableStyle } from '../tab-writer.ts';
import type { KubectlCall, Verb, VerbContext } from '../verb.ts';
import { compactRules, type PolicyRule, resourceText } from './access-rules.ts';
import { namespaceFor } from './call-place.ts';
import { askReview } from './reviews.ts';

const accessSchema = z.object({
  status: z.object({ allowed: z.boolean().default(false), reason: z.string().default(''), evaluationError: z.string().default('') }),
});

const words = z.array(z.string()).nullish();
const ruleSchema = z.object({ verbs: words, apiGroups: words, resources: words, resourceNames: words, nonResourceURLs: words });
const rulesSchema = z.object({
  status: z.object({
    resourceRules: z.array(ruleSchema).default([]),
    nonResourceRules: z.array(ruleSchema).default([]),
    incomplete: z.boolean().default(false),
    evaluationError: z.string().default(''),
  }),
});

const resourceVerbs =
  'get list watch create update patch delete deletecollection use bind impersonate * approve sign escalate attest'.split(' ');
const urlVerbs = 'get put post head options delete patch *'.split(' ');

export const authCanI: Verb = {
  name: 'auth can-i',
  flags: [
    { name: 'all-namespaces', short: 'A', value: 'none' },
    { name: 'quiet', short: 'q', value: 'none' },
    { name: 'subresource', value: 'text' },
    { name: 'list', value: 'none' },
    { name: 'no-headers', value: 'none' },
  ],
  effect: () => ({ type: 'read' }),
  // Every account may ask about itself: system:basic-user.
  needs: () => [],
  async run(call, context) {
    return isOn(call, 'list') ? listAccess(call, context) : checkAccess(call, context);
  },
};

async function checkAccess(call: KubectlCall, context: VerbContext): Promise<number> {
  const [verb, subject, ...more] = allArgs(call);
  if (verb === undefined || subject === undefined || more.length > 0) {
    throw new KubectlError(
      "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
    );
  }
  const attributes = subject.startsWith('/')
    ? urlAttributes(call, context, { verb, path: subject })
    : await resourceAttributes(call, context, { verb, subject });
  if (isOn(call, 'no-headers')) throw new KubectlError('--no-headers cannot be set without --list specified');
  const answer = accessSchema.parse(await askReview(context, 'selfsubjectaccessreviews', attributes));
  const { allowed, reason, evaluationError } = answer.status;
  const because = [reason, evaluationError].filter((text) => text !== '').map((text) => ` - ${text}`);
  if (!isOn(call, 'quiet')) context.out(allowed ? 'yes\n' : `no${because.join('')}\n`);
  return allowed ? 0 : 1;
}

function urlAttributes(call: KubectlCall, context: VerbContext, { verb, path }: { verb: string; path: string }) {
  if ((flagOf(call, 'subresource') ?? '') !== '') throw new KubectlError('--subresource can not be used with NonResourceURL');
  if (!urlVerbs.includes(verb)) context.err(`Warning: verb '${verb}' is not a known verb\n\n`);
  return { nonResourceAttributes: { verb, path } };
}

async function resourceAttributes(call: KubectlCall, context: VerbContext, { verb, subject }: { verb: string; subject: string }) {
  const slash = subject.indexOf('/');
  const word = slash < 0 ? subject : subject.slice(0, slash);
  const type = await knownType(word, context);
  if (!call.allNamespaces) {
    const group = type.group === '' ? '' : ` in group '${type.group}'`;
    if (!type.namespaced) context.err(`Warning: resource '${type.resource}' is not namespace scoped${group}\n\n`);
    if (!resourceVerbs.includes(verb)) context.err(`Warning: verb '${verb}' is not a known verb\n\n`);
  }
  const subresource = flagOf(call, 'subresource') ?? '';
  const name = slash < 0 ? '' : subject.slice(slash + 1);
  return {
    resourceAttributes: {
      ...(call.allNamespaces ? {} : { namespace: namespaceFor(call, context) }),
      verb,
      group: type.group,
      resource: type.resource,
      ...(subresource === '' ? {} : { subresource }),
      ...(name === '' ? {} : { name }),
    },
  };
}

type Asked = { group: string; resource: string; namespaced: boolean };

/** A type that the server does not know is asked about nevertheless, with a warning. */
async function knownType(word: string, { api, err }: VerbContext): Promise<Asked> {
  if (word === '*') return { group: '', resource: '*', namespaced: true };
  try {
    return await api.typeOf(word.toLowerCase());
  } catch (error) {
    if (!(error instanceof KubectlError) || error.status !== undefined) throw error;
    const [resource = '', ...group] = word.toLowerCase().split('.');
    const place = group.length === 0 ? '' : ` in group '${group.join('.')}'`;
    if (word !== 'users' && word !== 'groups') err(`Warning: the server doesn't have a resource type '${resource}'${place}\n\n`);
    return { group: '', resource: word, namespaced: true };
  }
}

async function listAccess(call: KubectlCall, context: VerbContext): Promise<number> {
  if (allArgs(call).length > 0) throw new KubectlError('list option must be specified with no arguments');
  if (isOn(call, 'quiet') || call.allNamespaces || (flagOf(call, 'subresource') ?? '') !== '') {
    throw new KubectlError("list option can't be specified with neither quiet, all-namespaces nor subresource options");
  }
  const answer = rulesSchema.parse(await askReview(context, 'selfsubjectrulesreviews', { namespace: namespaceFor(call, context) }));
  const { resourceRules, nonResourceRules, incomplete, evaluationError } = answer.status;
  if (incomplete) context.err(`Warning: the list may be incomplete: ${evaluationError}\n`);
  const rules: readonly PolicyRule[] = [...resourceRules, ...nonResourceRules].map((rule) => ({
    verbs: rule.verbs ?? [],
    apiGroups: rule.apiGroups ?? [],
    resources: rule.resources ?? [],
    resourceNames: rule.resourceNames ?? [],
    nonResourceURLs: rule.nonResourceURLs ?? [],
  }));
  const head = isOn(call, 'no-headers') ? '' : 'Resources\tNon-Resource URLs\tResource Names\tVerbs\n';
  const rows = compactRules(rules).map(
    (rule) => `${resourceText(rule)}\t${goText(rule.nonResourceURLs)}\t${goText(rule.resourceNames)}\t${goText(rule.verbs)}\n`,
  );
  context.out(alignTabs(head + rows.join(''), tableStyle));
  return 0;
}
