import type { JsonObject } from '../../kernel/json.ts';
import type { ClusterAnswer } from '../cluster.ts';
import type { ChangeOperation } from '../operation.ts';

/** A kind of object as the server's discovery describes it. `group` is empty for the core kinds. */
export type ResourceType = {
  group: string;
  version: string;
  kind: string;
  /** Plural: "deployments". */
  resource: string;
  singular: string;
  shortNames: readonly string[];
  namespaced: boolean;
  verbs: readonly string[];
};

/** What a command line names: `kubectl get deploy/web pod/a`, `get pods`, `get deploy web api`. Without a name all objects of the type are meant. */
export type Named = { type: ResourceType; name?: string };

export type Listing = { labelSelector?: string; fieldSelector?: string };

/** What the verbs ask the API server, with kubectl's errors: every refusal is thrown as the KubectlError that kubectl prints. */
export type Api = {
  /** "deploy", "deployments.apps", "deployment.v1.apps". Throws `the server doesn't have a resource type "x"`. */
  typeOf(word: string): Promise<ResourceType>;
  /** Reads `TYPE NAME...`, `TYPE/NAME...` and `TYPE,TYPE`. */
  named(args: readonly string[]): Promise<readonly Named[]>;
  /** The path of a type's collection, or of one object; names are validated. `namespace` is ignored for what is in none. */
  pathOf(type: ResourceType, at: { namespace?: string; name?: string; subresource?: string }): string;
  get(type: ResourceType, at: { namespace: string; name: string }): Promise<JsonObject>;
  /** All pages. `namespace` undefined: all namespaces. */
  list(type: ResourceType, at: { namespace: string | undefined } & Listing): Promise<readonly JsonObject[]>;
  /** Any GET; refusals are thrown. */
  read(path: string, options?: { query?: Readonly<Record<string, string>>; accept?: string }): Promise<ClusterAnswer>;
  /** Carries an operation out by the session's rules and gives the server's object; refusals are thrown. */
  change(operation: ChangeOperation): Promise<JsonObject>;
};
