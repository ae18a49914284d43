/** What a web command does, known from its words alone. */
export type WebEffect = { type: 'read' } | { type: 'change'; undoable: false } | { type: 'manual'; reason: string; fix?: string };

/** A `curl` or `wget` command line, taken apart. Nothing in it was looked up. */
export type CurlCall = {
  /** As written, `--url-query` and the data of `-G` not yet in it. */
  url: string;
  method: string;
  /** In order; names as written. */
  headers: readonly (readonly [string, string])[];
  /** What goes into the address, each already encoded as curl would. */
  query: readonly string[];
  /** The same pieces as they were meant: `query=...` of `--data-urlencode` before its encoding. */
  meant: readonly { name: string; value: string }[];
  body?: string;
  /** The body is what the command gets on its input, with or without the line breaks in it. */
  bodyFromStdin?: 'as it is' | 'in one line';
  maxTimeMs?: number;
  maxRedirects: number;
  follows: boolean;
  writeOut?: string;
  fail: 'no' | 'quiet' | 'with-body';
  switches: ReadonlySet<Switch>;
  /** Things to say on stderr before anything is asked. */
  notes: readonly string[];
  effect: WebEffect;
};

export type Switch = 'silent' | 'show-error' | 'include' | 'head' | 'verbose' | 'discard' | 'globoff';

/** A command line that cannot be run: what the program says and exits with, and for people the reason and what to do instead. */
export type CurlProblem = { problem: string; exitCode: number; effect: WebEffect };
