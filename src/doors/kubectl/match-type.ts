import type { ResourceType } from './api.ts';

type Candidate = ResourceType & { isPreferred?: boolean };

/** "deploy", "deployments.apps", "deployment.v1.apps", "Deployment", "ingress.networking": the type that kubectl takes for it, or undefined. */
export function matchType<T extends Candidate>(word: string, types: readonly T[]): T | undefined {
  const [first = '', second, ...rest] = word.split('.');
  if (second !== undefined && rest.length > 0) {
    const exact = matchIn(
      first,
      types.filter((type) => type.version === second && type.group === rest.join('.')),
    );
    if (exact !== undefined) return exact;
  }
  if (second === undefined) return matchIn(first, types);
  const group = [second, ...rest].join('.');
  const inGroup = matchIn(
    first,
    types.filter((type) => type.group === group),
  );
  return (
    inGroup ??
    matchIn(
      first,
      types.filter((type) => type.group.startsWith(group)),
    ) ??
    matchVersion(first, group, types)
  );
}

/** "deployment.v1." and "pods.v1." name a version without a group. */
function matchVersion<T extends Candidate>(word: string, group: string, types: readonly T[]): T | undefined {
  const version = /^(v\d+(?:(?:alpha|beta)\d+)?)\.$/.exec(group)?.[1];
  return version === undefined
    ? undefined
    : matchIn(
        word,
        types.filter((type) => type.group === '' && type.version === version),
      );
}

/** Full names go before short ones; among equals the server's order counts, its preferred versions first. */
function matchIn<T extends Candidate>(word: string, types: readonly T[]): T | undefined {
  const lower = word.toLowerCase();
  const ordered = [...types.filter((type) => type.isPreferred !== false), ...types.filter((type) => type.isPreferred === false)];
  return (
    ordered.find((type) => type.resource === lower || type.singular === lower) ??
    ordered.find((type) => type.shortNames.includes(word)) ??
    ordered.find((type) => type.kind.toLowerCase() === lower)
  );
}
