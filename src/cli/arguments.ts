import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';
import { describeError } from '../kernel/errors.ts';
import { UsageError } from './cli-command.ts';

/** Node's own argument parser, strict; what it refuses becomes a UsageError. */
export function readArguments<T extends NonNullable<ParseArgsConfig['options']>>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    // Node's second sentence is about positional arguments, which nobody who mistyped an option has in mind.
    throw new UsageError(describeError(error).replace(/\. To specify a positional argument.*$/s, ''));
  }
}
