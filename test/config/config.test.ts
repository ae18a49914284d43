import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeProblems, readConfig } from '../../src/config/config.ts';

const valid = {
  WEBHOOK_TOKEN: 'webhook-token-of-the-test',
  API_TOKEN: 'api-token-of-the-test',
  SLACK_BOT_TOKEN: 'xoxb-test',
  SLACK_SIGNING_SECRET: '0123456789abcdef',
};

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function withFile(text: string): Record<string, string> {
  const path = join(folder, 'tocsin.yaml');
  writeFileSync(path, text);
  return { ...valid, TOCSIN_CONFIG: path };
}

function problemsOf(env: Record<string, string | undefined>): string {
  const outcome = readConfig(env);
  if (outcome.ok) throw new Error('the configuration was accepted');
  return describeProblems(outcome.problems);
}

describe('the configuration', () => {
  it('needs four secrets and nothing else', () => {
    const outcome = readConfig(withFile(''));
    if (!outcome.ok) throw new Error(describeProblems(outcome.problems));
    expect(outcome.config).toMatchObject({ STORE_URL: 'file:./tocsin.db', PORT: 8080, SLACK_PORT: 3000 });
    expect(outcome.config.settings).toMatchObject({ slack: { command: '/incident', channels: { incidents: '#incidents' } } });
  });

  it('takes several Alertmanagers, and says what is wrong with one', () => {
    const outcome = readConfig({ ...withFile(''), ALERTMANAGER_URL: 'http://am-0:9093/, https://bot:secret@am-1/path/' });
    if (!outcome.ok) throw new Error(describeProblems(outcome.problems));
    expect(outcome.config.ALERTMANAGER_URL).toEqual(['http://am-0:9093', 'https://bot:secret@am-1/path']);
    expect(problemsOf({ ...withFile('alertmanager: { findAfterMinutes: soon }\n'), ALERTMANAGER_URL: 'http://am-0:9093,am-1:9093' })).toBe(
      [
        'environment: ALERTMANAGER_URL is not a list of http(s) addresses. The right form is http://alertmanager-0:9093,http://alertmanager-1:9093.',
        `${join(folder, 'tocsin.yaml')}: alertmanager.findAfterMinutes is neither a number of minutes, such as 2, nor never.`,
      ].join('\n'),
    );
    expect(readConfig(withFile('alertmanager: { findAfterMinutes: never }\nalerts: { watchdog: { alertname: "" } }\n')).ok).toBe(true);
  });

  it('names every problem of the environment and of the file at once, with the right form', () => {
    const text = problemsOf({
      ...withFile('slack:\n  comand: /incident\n  channels: { oncall: oncall }\nalerts:\n  groupWindowMinutes: soon\n'),
      WEBHOOK_TOKEN: 'short',
      API_TOKEN: undefined,
      SLACK_SIGNING_SECRET: undefined,
      STORE_URL: 'postgres://db',
      PORT: 'http',
    });
    expect(text.split('\n')).toEqual([
      'environment: STORE_URL is neither a file nor a MongoDB address. The right form is file:./tocsin.db or mongodb://host:27017/tocsin.',
      'environment: PORT is not a number. Give a TCP port, for example 8080.',
      'environment: WEBHOOK_TOKEN is too short for a secret. WEBHOOK_TOKEN wants at least 16 characters.',
      'environment: API_TOKEN is missing. Set it to the bearer token for the export addresses, for example the output of: openssl rand -hex 24.',
      'environment: SLACK_SIGNING_SECRET is missing. Set SLACK_SIGNING_SECRET to receive Slack over HTTP, or SLACK_APP_TOKEN for Socket Mode.',
      `${join(folder, 'tocsin.yaml')}: slack.channels.oncall is not a channel. The right form is "#incidents" (in quotes) or a channel id.`,
      `${join(folder, 'tocsin.yaml')}: slack.comand is not a setting. docs/CONFIGURATION.md lists them all; is it misspelt?`,
      `${join(folder, 'tocsin.yaml')}: alerts.groupWindowMinutes is not a number of minutes, such as 60.`,
    ]);
  });

  it('refuses a Slack address on another machine', () => {
    expect(problemsOf({ ...withFile(''), SLACK_API_URL: 'https://slack.example.com/api/' })).toContain('points to another machine');
    expect(problemsOf({ ...withFile(''), SLACK_API_URL: 'http://127.0.0.1.evil.example/api/' })).toContain('points to another machine');
    expect(readConfig({ ...withFile(''), SLACK_API_URL: 'http://127.0.0.1:4000/api/' }).ok).toBe(true);
  });

  it('wants exactly one way to receive Slack', () => {
    expect(problemsOf({ ...withFile(''), SLACK_SIGNING_SECRET: undefined })).toContain('or SLACK_APP_TOKEN for Socket Mode');
    expect(problemsOf({ ...withFile(''), SLACK_APP_TOKEN: 'xapp-1' })).toContain('are both set');
  });

  it('says where a broken file is broken, and that a named file is missing', () => {
    expect(problemsOf(withFile('slack:\n  command: [unclosed\n'))).toMatch(/tocsin\.yaml:\d+: YAML cannot be read/);
    expect(problemsOf({ ...valid, TOCSIN_CONFIG: join(folder, 'absent.yaml') })).toContain('no such file is there');
  });

  it('shows a key that would not be seen', () => {
    expect(problemsOf(withFile('"": 1\n'))).toContain('tocsin.yaml: "" is not a setting');
    expect(problemsOf(withFile('"\\r\\n": 1\n'))).toContain('tocsin.yaml: "\\r\\n" is not a setting');
  });
});

describe('the rights in the settings', () => {
  it('are read with every key, and refused with the right form', () => {
    const rules = '- { may: [approve], users: [U1], groups: ["@sre"], namespaces: [video-*], risks: [low], severities: [critical] }';
    const outcome = readConfig(withFile(`access:\n  rules:\n    ${rules}\npeople:\n  identities: [{ name: Ana, accounts: [U1, U2] }]\n`));
    if (!outcome.ok) throw new Error(describeProblems(outcome.problems));
    expect(outcome.config.settings.access.rules).toEqual([
      {
        may: ['approve'],
        users: ['U1'],
        groups: ['@sre'],
        namespaces: ['video-*'],
        risks: ['low'],
        severities: ['critical'],
      },
    ]);
    const problems = problemsOf(withFile('access:\n  rules: [{ may: [aprove], user: U1 }, { may: [] }]\napprovals: { quorum: 0 }\n'));
    expect(problems).toContain('access.rules.0.may.0 is not a right. There are run, request, approve and breakGlass.');
    expect(problems).toContain('access.rules.0.user is not a setting.');
    expect(problems).toContain('access.rules.1.may gives no right. The right form is [run, request].');
    expect(problems).toContain('approvals.quorum must be at least 1 person.');
  });
});

describe('the ladder in the settings', () => {
  it('has two steps unless it says otherwise, may be empty, and must rise', () => {
    const stepsOf = (text: string) => {
      const outcome = readConfig(withFile(text));
      if (!outcome.ok) throw new Error(describeProblems(outcome.problems));
      return outcome.config.settings.escalation.steps.map(({ afterMinutes }) => afterMinutes);
    };
    expect(stepsOf('')).toEqual([15, 30]);
    expect(stepsOf('escalation: { steps: [] }\n')).toEqual([]);
    expect(stepsOf('escalation: { steps: [{ afterMinutes: 0.5 }, { afterMinutes: 5 }] }\n')).toEqual([0.5, 5]);
    const falling = 'escalation: { steps: [{ afterMinutes: 30 }, { afterMinutes: 30 }] }\n';
    expect(problemsOf(withFile(falling))).toContain('escalation.steps must rise: each step comes later than the one before it.');
    expect(problemsOf(withFile('escalation: { steps: 15 }\n'))).toContain('The right form is [{ afterMinutes: 15 }]');
    expect(problemsOf(withFile('escalation: { steps: [{ afterMinutes: 0 }] }\n'))).toContain('must be more than 0 minutes');
  });
});
