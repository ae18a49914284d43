/** What a value may be: decides how it is validated, and what is offered for it. */
export type ParameterType =
  | { type: 'namespace' }
  /** The name of an object; `kind` is its singular word ("pod", "deployment") when the line tells it. */
  | { type: 'name'; kind: string | undefined }
  | { type: 'container' }
  | { type: 'number' }
  | { type: 'duration' }
  | { type: 'label value' }
  /** What `edit` would change, as a JSON merge patch: an editor needs a terminal, its result does not. */
  | { type: 'patch' }
  | { type: 'text' };

/** Something that a command leaves open: `<pod-name>`, `$POD`, `{pod}`. */
export type Parameter = {
  /** What people and stored values call it: "pod-name", "POD". The same name in one step is the same parameter. */
  name: string;
  /** As it stands in the line. */
  raw: string;
  type: ParameterType;
  /** It stands inside a larger text (a URL, a query, the script of another shell), so its value may hold plain characters only. */
  isPlain: boolean;
  /** The shell variables that carry the value when the line runs. */
  variables: readonly string[];
};

/** "pod", "name of a deployment": for labels of form fields and messages. */
export function describeType(type: ParameterType): string {
  if (type.type !== 'name') return type.type;
  return type.kind === undefined ? 'name' : `name of a ${type.kind}`;
}
