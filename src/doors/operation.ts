import type { Json } from '../kernel/json.ts';

/** The object that an operation is about, as it was when the operation was planned. */
export type Target = {
  /** "apps/v1", "v1". */
  apiVersion: string;
  kind: string;
  /** Plural as in paths: "deployments". */
  resource: string;
  /** Absent for what is in no namespace. */
  namespace?: string;
  name: string;
  uid: string;
};

/**
 * One change to an object in the cluster: the request exactly as it will be sent, without `dryRun`. Text that differs at each sending (the time in a
 * restart's annotation) stands in `volatile`, so that the same operation planned twice is the same.
 */
export type ChangeOperation = {
  type: 'change';
  /** In kubectl's words: "scale", "rollout restart", "patch", "delete". */
  verb: string;
  target: Target;
  subresource?: string;
  request: {
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    path: string;
    query: Readonly<Record<string, string>>;
    contentType?: string;
    body?: Json;
  };
  /** Texts within the body that are made anew at each sending, such as the present time. */
  volatile: readonly string[];
  /** The whole object as it was read before. */
  before: Json;
};

/** A command in a container. What it does is not known before it has run. */
export type ExecOperation = {
  type: 'exec';
  pod: Target;
  /** What the command line named, when that was not the pod: "deployment/nats". The pod is chosen anew at each run. */
  via?: string;
  container: string;
  argv: readonly string[];
  stdin?: string;
};

/** A request to an HTTP target that is no plain read. */
export type HttpOperation = {
  type: 'http';
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
};

/** Something a door wants to do that is no read. */
export type Operation = ChangeOperation | ExecOperation | HttpOperation;
