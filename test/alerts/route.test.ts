import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../src/alerts/alert.ts';
import { routeAlert } from '../../src/alerts/route.ts';
import { createRunbookLibrary } from '../../src/runbooks/library.ts';
import { parseRunbook } from '../../src/runbooks/parse.ts';
import { exampleAlertEvent } from '../support/examples.ts';
import { defaultPolicy, runbookText } from './support/world.ts';

const runbooks = createRunbookLibrary([parseRunbook({ path: 'video-errors.md', text: runbookText })]);

function route(event: Partial<AlertEvent>) {
  return routeAlert(exampleAlertEvent(event), { runbooks, policy: defaultPolicy() });
}

describe('the severity of an alert', () => {
  it.each([
    ['critical', 'critical'],
    ['Page', 'critical'],
    ['high', 'critical'],
    ['P1', 'critical'],
    [' sev1 ', 'critical'],
    ['warning', 'warning'],
    ['error', 'warning'],
    ['p2', 'warning'],
    ['info', 'info'],
    ['none', 'info'],
    ['P4', 'info'],
  ])('%s means %s', (label, severity) => {
    expect(route({ labels: { severity: label } }).severity).toBe(severity);
  });

  it('is a warning when the label is missing or unknown, and says so', () => {
    expect(route({ labels: { a: 'b' } })).toMatchObject({ severity: 'warning', severityReason: 'no label severity, so a warning' });
    expect(route({ labels: { severity: 'purple' } })).toMatchObject({
      severity: 'warning',
      severityReason: 'severity="purple" is not a known severity, so a warning',
    });
  });

  it('comes from the configured label and words', () => {
    const policy = defaultPolicy({ severityLabel: 'prio', severities: { critical: ['ROT'], warning: ['gelb'], info: ['blau'] } });
    expect(routeAlert(exampleAlertEvent({ labels: { prio: 'rot', severity: 'info' } }), { runbooks, policy }).severity).toBe('critical');
  });
});

describe('what an alert is about', () => {
  it('the first service label with a value names the service', () => {
    expect(route({ labels: { job: 'node', app: ' ', application: 'shop' } }).service).toBe('shop');
    expect(route({ labels: { a: 'b' } }).service).toBe('');
  });

  it('the most specific label names the target', () => {
    expect(route({ labels: { cluster: 'c', deployment: 'd', instance: 'i', pod: 'p' } }).target).toBe('p');
    expect(route({ labels: { cluster: 'c', deployment: 'd', instance: 'i' } }).target).toBe('i');
    expect(route({ labels: {} }).target).toBe('');
  });

  it('label names that every object inherits name nothing', () => {
    const policy = { ...defaultPolicy(), serviceLabels: ['constructor', 'toString'], targetLabels: ['__proto__'] };
    expect(routeAlert(exampleAlertEvent(), { runbooks, policy })).toMatchObject({ service: '', target: '' });
  });

  it('texts are one line each and short', () => {
    const { title, summary, impact } = route({ annotations: { summary: `a\n\tb ${'x'.repeat(5000)}`, description: 'y'.repeat(5000) } });
    expect(title).toMatch(/^a b x+…$/);
    expect([title.length, summary.length, impact.length]).toEqual([150, 300, 500]);
  });
});

describe('the title and the correlation', () => {
  it('are the runbook where there is one', () => {
    const annotations = { runbook_url: 'https://x.example/video-errors', summary: 'S' };
    expect(route({ annotations, labels: { service: 'video' } })).toMatchObject({
      title: 'Video Errors',
      impact: 'Users cannot process videos',
      correlationKey: '["runbook","video-errors.md","video"]',
      runbook: { path: 'video-errors.md', matchedBy: 'runbook_url' },
    });
  });

  it('are the summary and the name where there is none', () => {
    const event = { name: 'X', annotations: { summary: 'S', description: 'D' }, labels: { service: 'video' } };
    expect(route(event)).toMatchObject({ title: 'S', impact: 'D', correlationKey: '["alert","X","video"]' });
    expect(route({ ...event, annotations: {} })).toMatchObject({ title: 'X', impact: '' });
    expect(route(event)).not.toHaveProperty('runbook');
  });

  it('alerts of one runbook and service have one key, whatever their names', () => {
    const annotations = { runbook_url: 'https://x.example/video-errors' };
    expect(route({ name: 'A', annotations }).correlationKey).toBe(route({ name: 'B', annotations }).correlationKey);
  });

  it('a key of endless labels stays short and stays different', () => {
    const [one, other] = ['a', 'b'].map(
      (end) => route({ name: 'X', annotations: {}, labels: { service: 'x'.repeat(4000) + end } }).correlationKey,
    );
    expect(one).not.toBe(other);
    expect(one?.length).toBeLessThan(300);
  });
});
