import { sha256 } from '../../../kernel/hash.ts';
import type { World } from '../controllers/world.ts';
import type { KubeObject, Tree } from '../tree.ts';

export type ProgramCall = { argv: readonly string[]; pod: KubeObject; container: string; stdin: string; world: World };
export type ProgramResult = {
  stdout?: string;
  stderr?: string;
  exitCode?: number;
  /** How long it takes, on the cluster's clock. */
  durationMs?: number;
};
/** What a container can run. Undefined: this table has no such program. */
export type Program = (call: ProgramCall) => ProgramResult | Promise<ProgramResult> | undefined;

/** Programs that every image here has. */
const everywhere: Readonly<Record<string, (args: readonly string[]) => ProgramResult>> = {
  echo: (args) => ({ stdout: `${args.join(' ')}\n` }),
  true: () => ({}),
  false: () => ({ exitCode: 1 }),
  sleep: (args) => ({ durationMs: 1000 * Number(args[0] ?? 0) }),
};

/** The end of a command: what it printed, and the status that travels on its own channel. */
export type Ending = { result: ProgramResult; status: Tree };

export async function runProgram(call: ProgramCall, programs: readonly Program[]): Promise<Ending> {
  const result = await find(call, programs);
  if (result === undefined) return { result: {}, status: notFound(call) };
  const { exitCode = 0 } = result;
  return { result, status: exitCode === 0 ? { metadata: {}, status: 'Success' } : nonZero(exitCode) };
}

async function find(call: ProgramCall, programs: readonly Program[]): Promise<ProgramResult | undefined> {
  for (const program of programs) {
    const result = await program(call);
    if (result !== undefined) return result;
  }
  const [name = '', ...args] = call.argv;
  return Object.hasOwn(everywhere, name) ? everywhere[name]?.(args) : undefined;
}

function nonZero(exitCode: number): Tree {
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}

/** A kubelet's answer when the container runtime finds no such program. */
function notFound({ argv, world }: ProgramCall): Tree {
  const [name = ''] = argv;
  const id = sha256(`${argv.join(' ')}/${world.store.revision()}`);
  const why = name.includes('/') ? `stat ${name}: no such file or directory` : 'executable file not found in $PATH';
  const message = `error executing command in container: failed to exec in container: failed to start exec "${id}": OCI runtime exec failed: exec failed: unable to start container process: exec: "${name}": ${why}: unknown`;
  return {
    metadata: {},
    status: 'Failure',
    message: `Internal error occurred: ${message}`,
    reason: 'InternalError',
    details: { causes: [{ message }] },
    code: 500,
  };
}
