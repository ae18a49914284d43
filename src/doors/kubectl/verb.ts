import type { DoorCall, Session } from '../session.ts';
import type { WideApi } from './create-api.ts';

/** A flag of a verb. `value` says what follows it; `optional` takes a value only with "=". */
export type Flag = {
  name: string;
  short?: string;
  value: 'none' | 'text' | 'list' | 'number' | 'duration' | 'optional';
};

/** A command line after its flags were taken apart, in whatever order and spelling they stood. */
export type KubectlCall = {
  program: 'kubectl' | 'oc';
  /** Of the registry: "get", "rollout restart". */
  verb: string;
  /** What stands before `--`, flags taken out. */
  args: readonly string[];
  /** What stands after `--`; undefined when there is none. */
  after: readonly string[] | undefined;
  /** Values by long name. A flag without value is "true"; a list flag has each of its values. */
  flags: ReadonlyMap<string, readonly string[]>;
  /** `-n`; undefined when not given. */
  namespace: string | undefined;
  allNamespaces: boolean;
};

/** What a command line does, known from its words alone. `manual` cannot be run from chat; the reason says why, the fix what to do instead. */
export type VerbEffect =
  | { type: 'read' }
  | { type: 'exec'; argv: readonly string[] }
  | { type: 'change'; undoable: boolean }
  | { type: 'manual'; reason: string; fix?: string };

/** A right that a command line needs, as in a Role's rule. An undefined namespace is the one that the command does not name; null is the whole cluster. */
export type Need = {
  apiGroup: string;
  resource: string;
  verb: string;
  name?: string;
  namespace: string | null | undefined;
  /** Needed to read (the reader account) or to change (the mutator). */
  for: 'read' | 'change';
};

export type VerbContext = Pick<DoorCall, 'out' | 'err' | 'signal' | 'stdin'> & { session: Session; api: WideApi };

/** One subcommand: its flags, what it would do, the rights it needs, and how it is done. The registry is parsing, classification and dispatch at once. */
export type Verb = {
  name: string;
  aliases?: readonly string[];
  flags: readonly Flag[];
  /** The programs that have it; both when absent. */
  programs?: readonly ('kubectl' | 'oc')[];
  /** Flags that are not listed are skipped instead of refused: for verbs that are only recognised, never run. */
  unknownFlags?: 'skipped';
  effect(call: KubectlCall): VerbEffect;
  needs(call: KubectlCall): readonly Need[];
  /** Resolves with the exit status. Throws KubectlError for what kubectl prints as an error. */
  run(call: KubectlCall, context: VerbContext): Promise<number>;
};
