import { isAbsolute, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Finding, LintReport } from './finding.ts';

/** The findings as SARIF 2.1.0, which code hosts show beside the lines of a pull request. */
export function renderSarif({ findings }: LintReport): string {
  const rules = [...new Set(findings.map((finding) => finding.rule))].toSorted();
  const run = {
    tool: { driver: { name: 'tocsin', rules: rules.map((id) => ({ id, name: pascal(id), shortDescription: { text: sentence(id) } })) } },
    columnKind: 'utf16CodeUnits',
    results: findings.map((finding) => resultOf(finding, rules)),
  };
  return `${JSON.stringify({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] }, undefined, 2)}\n`;
}

function resultOf(finding: Finding, rules: readonly string[]): object {
  const { rule, severity, message, expected, fix, file, line } = finding;
  return {
    ruleId: rule,
    ruleIndex: rules.indexOf(rule),
    level: severity,
    message: { text: `${message}. Expected: ${expected}. Write: ${fix}` },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine: Math.max(1, line) } } }],
  };
}

function uriOf(file: string): string {
  return isAbsolute(file) ? pathToFileURL(file).href : file.split(sep).map(encodeURIComponent).join('/');
}

function pascal(id: string): string {
  return id.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function sentence(id: string): string {
  const words = id.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
