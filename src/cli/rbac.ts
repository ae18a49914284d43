import { loadSources, NoSuchPath } from '../authoring/load-sources.ts';
import { collectNeeds } from '../authoring/rbac-needs.ts';
import { rulesOf } from '../authoring/rbac-rules.ts';
import { renderRbac } from '../authoring/render-rbac.ts';
import { readArguments } from './arguments.ts';
import { exitStatus, UsageError } from './cli-command.ts';
import type { CliCommand } from './cli-command.ts';

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Writes the least rights that the runbooks' lines need, as manifests. Exit status 66: a path names nothing. */
export const rbac: CliCommand = {
  name: 'rbac',
  summary: 'write the least rights that the runbooks need, as Kubernetes manifests',
  usage: [
    'usage: tocsin rbac PATH... [--namespace NS] [--name NAME]',
    '',
    '  PATH         a runbook, or a folder of them',
    '  --namespace  where the accounts live, and what is meant by lines that name no namespace or leave it open;',
    '               default: "default", and the whole cluster for lines that leave it open',
    '  --name       what the accounts and roles are called; default: tocsin',
  ].join('\n'),
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, { namespace: { type: 'string' }, name: { type: 'string', default: 'tocsin' } });
    if (positionals.length === 0) throw new UsageError('name at least one runbook or folder');
    for (const [flag, value] of [
      ['--namespace', values.namespace ?? 'default'],
      ['--name', values.name],
    ] as const) {
      if (!LABEL.test(value)) throw new UsageError(`${flag} takes small letters, digits and "-", such as "tocsin"`);
    }
    try {
      const namespace = values.namespace ?? 'default';
      const { needs, untold } = collectNeeds(await loadSources(positionals), { namespace, parameterNamespace: values.namespace });
      terminal.out(renderRbac(rulesOf(needs), untold, { name: values.name, namespace }));
      return exitStatus.ok;
    } catch (error) {
      if (!(error instanceof NoSuchPath)) throw error;
      terminal.err(`tocsin rbac: ${error.message}\n`);
      return exitStatus.noInput;
    }
  },
};
