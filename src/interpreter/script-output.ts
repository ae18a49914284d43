import type { Chunk } from './call-doors.ts';
import { createKeeper } from './keep-output.ts';
import type { Segment } from './protocol.ts';
import type { OutputPiece, ScriptResult } from './script.ts';

type Streams = Pick<ScriptResult, 'stdout' | 'stderr' | 'combined'>;

/**
 * What a script wrote, in the order of a terminal. Within a statement the order is known when its output came straight from the doors; otherwise
 * errors follow the text.
 */
export function piecesOf(segments: readonly Segment[], chunks: readonly Chunk[]): readonly OutputPiece[] {
  const bySegment = Map.groupBy(chunks, ({ segment }) => segment);
  return segments.flatMap((segment, index) => inOrder(segment, bySegment.get(index) ?? [])).filter(({ text }) => text !== '');
}

function inOrder({ stdout, stderr }: Segment, chunks: readonly Chunk[]): readonly OutputPiece[] {
  const of = (stream: Chunk['stream']): string => chunks.map((chunk) => (chunk.stream === stream ? chunk.text : '')).join('');
  const isWhole = of('stdout') === stdout && of('stderr') === stderr;
  return isWhole
    ? chunks
    : [
        { stream: 'stdout', text: stdout },
        { stream: 'stderr', text: stderr },
      ];
}

/** Both streams of a script, and the two together, as far as they are kept. */
export function assembleOutput(pieces: readonly OutputPiece[], keptBytes: number): Streams {
  const keepers = { stdout: createKeeper(keptBytes), stderr: createKeeper(keptBytes) };
  const combined = createKeeper(keptBytes);
  for (const { stream, text } of pieces) {
    keepers[stream].add(text);
    combined.add(text);
  }
  return { stdout: keepers.stdout.output(), stderr: keepers.stderr.output(), combined: combined.output() };
}

/** What is known of the output of a script that was stopped: what its doors wrote to the terminal. */
export function segmentsOf(chunks: readonly Chunk[]): Segment[] {
  const count = Math.max(-1, ...chunks.map(({ segment }) => segment)) + 1;
  const segments: Segment[] = Array.from({ length: count }, () => ({ stdout: '', stderr: '' }));
  for (const { segment, stream, text } of chunks) {
    const found = segments[segment];
    if (found !== undefined) found[stream] += text;
  }
  return segments;
}
