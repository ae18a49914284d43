import type { Verb } from './verb.ts';
import { changeVerbs } from './verbs/changes.ts';
import { get } from './verbs/get.ts';
import { manualVerbs } from './verbs/manual.ts';
import { readVerbs } from './verbs/reads.ts';

/** Every subcommand that is known. The first that fits a command line is meant, so what runs stands before what is only recognised. */
export const kubectlRegistry: readonly Verb[] = [get, ...readVerbs, ...changeVerbs, ...manualVerbs];
