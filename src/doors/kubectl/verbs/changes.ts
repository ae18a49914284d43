import type { Verb } from '../verb.ts';
import { annotate } from './annotate.ts';
import { cordon, uncordon } from './cordon.ts';
import { deleteVerb } from './delete.ts';
import { drain } from './drain.ts';
import { label } from './label.ts';
import { patch } from './patch.ts';
import { rolloutPause, rolloutResume } from './rollout-pause.ts';
import { rolloutRestart } from './rollout-restart.ts';
import { rolloutUndo } from './rollout-undo.ts';
import { scale } from './scale.ts';
import { setEnv } from './set-env.ts';
import { setImage } from './set-image.ts';
import { setResources } from './set-resources.ts';
import { taint } from './taint.ts';

/** The verbs that change objects. */
export const changeVerbs: readonly Verb[] = [
  scale,
  patch,
  rolloutRestart,
  rolloutUndo,
  rolloutPause,
  rolloutResume,
  setImage,
  setEnv,
  setResources,
  annotate,
  label,
  cordon,
  uncordon,
  drain,
  deleteVerb,
  taint,
];
