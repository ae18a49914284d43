import { KubectlError } from './kubectl-error.ts';

/** Characters that would leave the place in a path that a name has, or hide what it is. */
const unsafe = /[/%\\?#\s\p{Cc}\p{Cf}\p{Cs}]/u;
const labelForm = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/**
 * A name as one segment of a path. Kubernetes' own rule for it (not "." nor "..", no "/" nor "%") and stricter: nothing that is read as a flag or cannot be seen.
 * RBAC names such as "system:node" pass.
 */
export function checkedName(name: string, what: string): string {
  const fault = nameFault(name);
  if (fault !== undefined) throw new KubectlError(`invalid ${what} ${JSON.stringify(name)}: ${fault}`);
  return name;
}

/** A namespace's name: an RFC 1123 label. */
export function checkedNamespace(name: string): string {
  if (labelForm.test(name)) return name;
  const rule =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
  throw new KubectlError(`invalid namespace ${JSON.stringify(name)}: ${rule}`);
}

function nameFault(name: string): string | undefined {
  if (name === '') return 'it is empty';
  if (name === '.' || name === '..') return `may not be '${name}'`;
  if (name.startsWith('-')) return "may not start with '-'";
  if (name.length > 253) return 'it is longer than 253 characters';
  return unsafe.test(name) ? "may not contain '/', '%', spaces or control characters" : undefined;
}
