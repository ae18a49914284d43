import { Counter, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import { TocsinError } from '../kernel/errors.ts';
import type { FormReply, Reply } from './reply.ts';

/** How people ask: typed behind the slash command, said in a mention, pressed, a form asked for, and a form sent. */
export type Way = 'typed' | 'mention' | 'button' | 'form_opened' | 'form_sent';

/**
 * done: it was answered. form: a form was shown instead. refused: not understood, not allowed or not possible, and said so. unavailable: the
 * store or another system was away. failed: a fault of ours.
 */
type Outcome = 'done' | 'form' | 'refused' | 'unavailable' | 'failed';

/** One request as it is counted. Its command is the registry's own name, or `unknown`: never what somebody typed. */
export type Asked = { way: Way; command: string; outcome: Outcome; seconds: number };

export type ChatMetrics = { asked(asked: Asked): void };

/** What people ask for in chat, by command, way and outcome, and how long the whole of it takes. */
export function createChatMetrics(registry: Registry): ChatMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: 'tocsin_commands_total',
    help: 'What people asked for in chat, by command, how they asked, and what became of it',
    labelNames: ['command', 'way', 'outcome'],
    registers,
  });
  const duration = new Histogram({
    name: 'tocsin_command_duration_seconds',
    help: 'From the beginning of a command, button or form to its answer; steps that it starts go on after that',
    labelNames: ['command'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10],
    registers,
  });
  return {
    asked({ command, way, outcome, seconds }) {
      requests.inc({ command, way, outcome });
      duration.observe({ command }, seconds);
    },
  };
}

export function outcomeOfReply(reply: Reply | FormReply): Outcome {
  if (reply.type === 'form') return 'form';
  if (reply.type === 'invalid') return 'refused';
  return reply.type === 'message' && reply.isRefusal === true ? 'refused' : 'done';
}

export function outcomeOfError(error: unknown): Outcome {
  if (!(error instanceof TocsinError) || error.code === 'internal') return 'failed';
  return error.code === 'unavailable' || error.code === 'timeout' ? 'unavailable' : 'refused';
}
