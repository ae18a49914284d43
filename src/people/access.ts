import type { Risk } from '../incidents/execution.ts';
import type { Severity } from '../incidents/incident.ts';
import { describeError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { Directory, DirectoryPerson } from './directory.ts';

/** run: diagnostics. request: ask for a mitigation. approve: stand behind somebody else's. breakGlass: apply one's own when nobody else is there. */
export const accessVerbs = ['run', 'request', 'approve', 'breakGlass'] as const;
export type AccessVerb = (typeof accessVerbs)[number];

/** Gives rights to people. What is absent does not limit: no users and no groups mean every full member. */
export type AccessRule = {
  may: readonly AccessVerb[];
  users?: readonly string[] | undefined;
  /** User groups, by id or handle. */
  groups?: readonly string[] | undefined;
  /** With `*` for any characters. What is in no namespace needs a rule without this. */
  namespaces?: readonly string[] | undefined;
  risks?: readonly Risk[] | undefined;
  severities?: readonly Severity[] | undefined;
};

/** Several chat accounts of one person. */
export type IdentityRule = { name: string; accounts: readonly string[] };

/** What is to be done. `namespaces` undefined: not known before there is a plan; an empty text stands for what is in none. */
export type AccessRequest = { verb: AccessVerb; severity: Severity; risk: Risk; namespaces: readonly string[] | undefined };

/** An account and what is known of it now. `person` undefined: nothing, so it may nothing. */
export type Subject = { id: string; identity: string; person: DirectoryPerson | undefined };

export type AccessPermission = { ok: true } | { ok: false; reason: string };

/** Who may do what. Everything unknown is refused. */
export type Access = {
  /** Looks an account up. Never throws: who cannot be looked up is unknown. */
  look(id: string): Promise<Subject>;
  /** Pure: for what was looked up. */
  may(subject: Subject, request: AccessRequest): AccessPermission;
};

/** Without rules every full member may do everything, and the two-person rule still holds. */
const defaultRules: readonly AccessRule[] = [{ may: accessVerbs }];

export function createAccess(deps: {
  rules: readonly AccessRule[];
  identities: readonly IdentityRule[];
  directory: Directory;
  log: Log;
}): Access {
  const rules = deps.rules.length === 0 ? defaultRules : deps.rules;
  const identities = new Map(deps.identities.flatMap(({ name, accounts }) => accounts.map((id) => [id, `person:${name}`] as const)));
  return {
    async look(id) {
      const identity = identities.get(id) ?? `account:${id}`;
      try {
        return { id, identity, person: await deps.directory.person(id) };
      } catch (error) {
        deps.log.warn({ person: id, error: describeError(error) }, 'a person could not be looked up and is refused');
        return { id, identity, person: undefined };
      }
    },
    may: (subject, request) => permits(rules, subject, request),
  };
}

const verbWords = {
  run: 'run diagnostics',
  request: 'ask for mitigations',
  approve: 'approve mitigations',
  breakGlass: 'break the glass',
} as const satisfies Record<AccessVerb, string>;

/** Whether the rules let somebody do something. Every namespace has to be covered; one rule each is enough. */
export function permits(rules: readonly AccessRule[], subject: Subject, request: AccessRequest): AccessPermission {
  const { person } = subject;
  if (person === undefined) return refused('Tocsin could not find out who you are, and refuses to be safe. Try again in a moment.');
  const standing = standingProblem(person);
  if (standing !== undefined) return refused(standing);
  const fitting = rules.filter((rule) => rule.may.includes(request.verb) && isMeant(rule, subject.id, person) && fits(rule, request));
  const missing = uncovered(fitting, request.namespaces);
  if (missing === undefined) return { ok: true };
  const where = missing === '' ? '' : ` in the namespace ${missing}`;
  return refused(`you have no right to ${verbWords[request.verb]}${where} (severity ${request.severity}, risk ${request.risk}).`);
}

function standingProblem(person: DirectoryPerson): string | undefined {
  if (person.isDeleted) return 'that account is deactivated.';
  if (person.isBot) return 'bots and apps may not do that: it takes a person.';
  if (person.isGuest) return 'guests may not do that: it takes a full member of the workspace.';
  return undefined;
}

function isMeant(rule: AccessRule, id: string, person: DirectoryPerson): boolean {
  if (rule.users === undefined && rule.groups === undefined) return true;
  const groups = new Set(person.groups.map(plainGroup));
  return (rule.users ?? []).includes(id) || (rule.groups ?? []).some((group) => groups.has(plainGroup(group)));
}

function plainGroup(group: string): string {
  return group.replace(/^@/, '').toLowerCase();
}

function fits(rule: AccessRule, request: AccessRequest): boolean {
  return (rule.risks?.includes(request.risk) ?? true) && (rule.severities?.includes(request.severity) ?? true);
}

/** The first namespace that no rule covers; '' when no rule fits at all, or for what is in no namespace. */
function uncovered(rules: readonly AccessRule[], namespaces: readonly string[] | undefined): string | undefined {
  if (namespaces === undefined || namespaces.length === 0) return rules.length > 0 ? undefined : '';
  return namespaces.find((namespace) => !rules.some((rule) => covers(rule, namespace)));
}

function covers(rule: AccessRule, namespace: string): boolean {
  if (rule.namespaces === undefined) return true;
  return namespace !== '' && rule.namespaces.some((pattern) => matches(pattern, namespace));
}

function matches(pattern: string, text: string): boolean {
  const escaped = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`).test(text);
}

function refused(reason: string): AccessPermission {
  return { ok: false, reason };
}
