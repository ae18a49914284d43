import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { measurementFor } from '../../src/runbooks/measurement.ts';
import { parseRunbook } from '../../src/runbooks/parse.ts';
import { commandsOf, findCommand, findStep } from '../../src/runbooks/runbook.ts';

const path = 'video-processing-error-budget.md';
const text = readFileSync(new URL(`../../runbooks/${path}`, import.meta.url), 'utf8');
const golden: unknown = JSON.parse(readFileSync(new URL('golden/seed.json', import.meta.url), 'utf8'));
const runbook = parseRunbook({ path, text });

describe('the runbook that the project ships', () => {
  it('parses exactly', () => {
    const { steps, ...rest } = runbook;
    expect(JSON.parse(JSON.stringify(rest))).toEqual(golden);
    expect(steps).toEqual(runbook.phases.flatMap((phase) => phase.steps));
  });

  it('is titled by the second heading, since the first is a banner with nothing below it', () => {
    expect(text.split('\n')[0]).toMatch(/^# Created automatically/);
    expect(runbook.title).toBe('Video Processing Error Budget Exhausted');
  });

  it('has phases with their minutes', () => {
    expect(runbook.phases.map(({ title, kind, window }) => [title, kind, window?.fromMinutes, window?.toMinutes])).toEqual([
      ['Immediate Actions', 'immediate', 0, 15],
      ['Investigation', 'investigation', 15, 60],
      ['Mitigation Strategies', 'mitigation', undefined, undefined],
      ['Resolution Steps', 'resolution', undefined, undefined],
      ['Post-Incident Actions', 'post_incident', undefined, undefined],
    ]);
    expect(findStep(runbook, 11)?.window).toEqual({ fromMinutes: 30, toMinutes: 120 });
  });

  it('numbers the steps through, with the conditions of their headings', () => {
    expect(runbook.steps.map((step) => step.number)).toEqual(Array.from({ length: 19 }, (_, index) => index + 1));
    expect(runbook.steps.flatMap((step) => (step.condition === undefined ? [] : [`${step.number} ${step.condition}`]))).toEqual([
      '8 If Resource Constrained',
      '9 If Specific Error Type',
      '10 If Queue Overflow',
      '11 If GPU Issues',
      '12 If Database Issues',
      '13 If NATS Issues',
    ]);
  });

  it('finds commands by the number people type', () => {
    expect(findCommand(runbook, '2.3')?.command).toMatchObject({ title: 'Check queue depth', line: 32 });
    expect(findCommand(runbook, '8.2')?.command).toMatchObject({ title: undefined, line: 92 });
    expect(findCommand(runbook, '2.4')).toBeUndefined();
    expect(runbook.steps.flatMap(commandsOf)).toHaveLength(30);
  });

  it('reads the escalation ladder', () => {
    expect(runbook.escalation.map((rung) => [rung.name, rung.responseMinutes, rung.afterMinutes, rung.when])).toEqual([
      ['Primary On-Call Engineer', 15, undefined, 'always'],
      ['Secondary On-Call Engineer', undefined, 30, 'unacknowledged'],
      ['Engineering Manager', undefined, 60, 'unresolved'],
      ['CTO/VP Engineering', undefined, 120, 'critical_unresolved'],
    ]);
  });

  it('reads three templates and says which query fills the first hole', () => {
    const { internal, customer, resolution, others } = runbook.templates;
    expect(internal?.placeholders.map((placeholder) => placeholder.label)).toEqual(['Current error rate', 'ETA']);
    expect(customer?.placeholders).toEqual([]);
    expect(resolution?.placeholders.map((placeholder) => placeholder.label)).toEqual([
      'Root cause',
      'Resolution',
      'Prevention',
      'Monitoring',
    ]);
    expect(others).toEqual([]);
    expect(measurementFor(runbook, { label: 'Current error rate' })).toMatchObject({
      promql: 'sum(rate(video_processing_errors_total[1h]))/sum(rate(video_processing_total[1h]))*100',
      number: '2.1',
      line: 26,
    });
    expect(measurementFor(runbook, { label: 'ETA' })).toBeUndefined();
    expect(measurementFor(runbook, { label: 'worker status' })).toBeUndefined();
  });

  it('verifies with the queries of the resolution phase', () => {
    expect(runbook.verification.map(({ number, everySeconds, promql }) => [number, everySeconds, promql?.slice(0, 43)])).toEqual([
      ['14.1', 30, 'sum(rate(video_processing_errors_total[5m])'],
      ['14.2', 30, 'sum(rate(video_processing_success_total[5m]'],
    ]);
  });

  it('is frozen all the way down', () => {
    expect(Object.isFrozen(runbook.phases[0]?.steps[0]?.items[0])).toBe(true);
  });
});
