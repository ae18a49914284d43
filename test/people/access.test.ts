import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { silentLog } from '../../src/kernel/log.ts';
import { accessVerbs, createAccess, permits } from '../../src/people/access.ts';
import type { AccessRequest, AccessRule, Subject } from '../../src/people/access.ts';
import type { DirectoryPerson } from '../../src/people/directory.ts';

const member: DirectoryPerson = { isBot: false, isGuest: false, isDeleted: false, groups: [] };
const subject = (person: Partial<DirectoryPerson> = {}, id = 'U1'): Subject => ({
  id,
  identity: `account:${id}`,
  person: { ...member, ...person },
});
const request = (overrides: Partial<AccessRequest> = {}): AccessRequest => ({
  verb: 'approve',
  severity: 'critical',
  risk: 'medium',
  namespaces: ['video-processing'],
  ...overrides,
});

const access = (directory: (id: string) => Promise<DirectoryPerson | undefined>, rules: readonly AccessRule[] = []) =>
  createAccess({ rules, identities: [{ name: 'Ana', accounts: ['U1', 'U2'] }], directory: { person: directory }, log: silentLog });

describe('without rules', () => {
  it('every full member may do everything; guests, bots, the deactivated and the unknown nothing', async () => {
    const open = access(async () => member);
    for (const verb of accessVerbs) {
      expect(open.may(subject(), request({ verb, namespaces: [''] }))).toEqual({ ok: true });
      for (const person of [{ isBot: true }, { isGuest: true }, { isDeleted: true }]) {
        expect(open.may(subject(person), request({ verb })).ok).toBe(false);
      }
      expect(open.may({ id: 'U1', identity: 'U1', person: undefined }, request({ verb })).ok).toBe(false);
    }
  });
});

describe('a look at an account', () => {
  it('finds its person behind several accounts', async () => {
    const known = access(async () => member);
    expect((await known.look('U1')).identity).toBe((await known.look('U2')).identity);
    expect((await known.look('U3')).identity).not.toBe((await known.look('U1')).identity);
    // An account cannot be called like somebody's identity.
    expect((await known.look('person:Ana')).identity).not.toBe((await known.look('U1')).identity);
  });

  it('that fails is somebody unknown, who may nothing', async () => {
    const broken = access(() => Promise.reject(new Error('Slack is away')));
    const found = await broken.look('U1');
    expect(found.person).toBeUndefined();
    expect(broken.may(found, request({ verb: 'run' }))).toMatchObject({ ok: false, reason: expect.stringContaining('could not find out') });
  });
});

describe('a rule', () => {
  const may = (rule: Omit<AccessRule, 'may'>, asked: Partial<AccessRequest> = {}, who = subject()) =>
    permits([{ may: ['approve'], ...rule }], who, request(asked)).ok;

  it('gives only what it names', () => {
    expect(may({})).toBe(true);
    expect(may({}, { verb: 'run' })).toBe(false);
  });

  it('is for users or groups, by id or handle', () => {
    expect(may({ users: ['U1'] })).toBe(true);
    expect(may({ users: ['U9'] })).toBe(false);
    expect(may({ groups: ['@SRE'] }, {}, subject({ groups: ['S1', 'sre'] }))).toBe(true);
    expect(may({ groups: ['S1'] }, {}, subject({ groups: ['S1', 'sre'] }))).toBe(true);
    expect(may({ users: ['U9'], groups: ['S1'] }, {}, subject({ groups: ['S1'] }))).toBe(true);
    expect(may({ users: [], groups: [] })).toBe(false);
  });

  it('is for namespaces, of which every one has to be covered', () => {
    expect(may({ namespaces: ['video-*'] })).toBe(true);
    expect(may({ namespaces: ['video-*'] }, { namespaces: ['video-processing', 'kube-system'] })).toBe(false);
    expect(may({ namespaces: ['video.*'] })).toBe(false);
    expect(may({ namespaces: ['*'] }, { namespaces: [''] })).toBe(false);
    expect(may({ namespaces: ['video-*'] }, { namespaces: undefined })).toBe(true);
    expect(may({ namespaces: [] }, { namespaces: ['a'] })).toBe(false);
  });

  it('is for risks and severities', () => {
    expect(may({ risks: ['low'] })).toBe(false);
    expect(may({ risks: ['low', 'medium'] })).toBe(true);
    expect(may({ severities: ['warning'] })).toBe(false);
  });

  it('may be one of several that cover a namespace each', () => {
    const rules: AccessRule[] = [
      { may: ['approve'], namespaces: ['a'] },
      { may: ['approve'], namespaces: ['b'] },
    ];
    expect(permits(rules, subject(), request({ namespaces: ['a', 'b'] })).ok).toBe(true);
    expect(permits(rules, subject(), request({ namespaces: ['a', 'b', 'c'] }))).toMatchObject({
      ok: false,
      reason: 'you have no right to approve mitigations in the namespace c (severity critical, risk medium).',
    });
  });

  it('never gives more when it names more', () => {
    const words = fc.constantFrom('U1', 'U2', 'sre', 'a', 'b', '*');
    const rule = fc.record(
      {
        may: fc.subarray([...accessVerbs], { minLength: 1 }),
        users: fc.array(words),
        groups: fc.array(words),
        namespaces: fc.array(words),
        risks: fc.subarray(['low', 'medium', 'high'] as const),
        severities: fc.subarray(['critical', 'warning', 'info'] as const),
      },
      { requiredKeys: ['may'] },
    );
    const who = subject({ groups: ['sre'] });
    fc.assert(
      fc.property(rule, fc.constantFrom(...accessVerbs), fc.array(fc.constantFrom('a', 'b', '')), (given, verb, namespaces) => {
        const asked = request({ verb, namespaces });
        const allowed = permits([given], who, asked).ok;
        const { risks: _risks, severities: _severities, namespaces: _namespaces, ...wider } = given;
        if (allowed) expect(permits([wider], who, asked).ok).toBe(true);
        expect(permits([], who, asked).ok).toBe(false);
      }),
    );
  });
});
