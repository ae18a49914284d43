import type { Json } from '../kernel/json.ts';

/** One HTTP request to a Kubernetes API server. Every part that came from outside is validated before it gets here. */
export type ClusterRequest = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute, each segment percent-encoded: "/api/v1/namespaces/prod/pods/web-1". */
  path: string;
  /** Repeated keys are written as lists. */
  query?: Readonly<Record<string, string | readonly string[]>>;
  accept?: string;
  contentType?: string;
  body?: Json;
  signal: AbortSignal;
  /** Called with each piece of a successful answer as it arrives; 'stop' ends the request without an error. */
  onText?: (text: string) => 'more' | 'stop';
};

/** What the API server said, refusals (a `Status` in the body) included. `body` is empty when `onText` took it. */
export type ClusterAnswer = { status: number; body: string; warnings: readonly string[] };

/** A command for a container, as an array that no shell reads. */
export type ExecRequest = {
  namespace: string;
  pod: string;
  container: string;
  argv: readonly string[];
  stdin?: string;
  signal: AbortSignal;
  onOutput: (stream: 'stdout' | 'stderr', text: string) => void;
};

/**
 * How a command in a container ended. `refused`: it never began (the message is the server's). `lost`: it began and the connection ended
 * without a result, so it may have done anything, and may still run.
 */
export type ExecOutcome =
  | { type: 'exited'; exitCode: number }
  | { type: 'failed'; message: string }
  | { type: 'refused'; status: number; message: string }
  | { type: 'lost'; reason: string };

/**
 * A Kubernetes API server with the rights of one account. Answers are never thrown, whatever their status. Throws TocsinError `unavailable`
 * when nothing was sent, `unknown_outcome` when a change was sent and no answer came, `timeout` when a read was given up.
 */
export type Cluster = {
  /** "https://10.0.0.1:6443", for messages. */
  server: string;
  /** The namespace that a command without one means. */
  namespace: string;
  request(request: ClusterRequest): Promise<ClusterAnswer>;
  exec(request: ExecRequest): Promise<ExecOutcome>;
};
