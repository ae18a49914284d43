import type { JsonObject } from '../../../kernel/json.ts';
import { changeEffect, fieldManagerFlag, fileFlags, printFlags, selectorFlag } from '../changes/flags.ts';
import { needsOf } from '../changes/needs.ts';
import type { ReadInfo } from '../changes/select.ts';
import { rolloutFault, runRollout } from '../changes/template-patch.ts';
import { withField } from '../changes/with-field.ts';
import { flagAt } from '../json-fields.ts';
import type { Verb } from '../verb.ts';

const restartable = new Set(['Deployment', 'DaemonSet', 'StatefulSet']);
const restartedAt = ['spec', 'template', 'metadata', 'annotations', 'kubectl.kubernetes.io/restartedAt'];

export const rolloutRestart: Verb = {
  name: 'rollout restart',
  flags: [selectorFlag, fieldManagerFlag, ...fileFlags, ...printFlags],
  effect: (call) => changeEffect(call, false),
  needs: (call) => needsOf(call, call.args, [{ verb: 'patch' }]),
  run(call, context) {
    const now = `${context.session.clock.now().toISOString().slice(0, 19)}Z`;
    const changed = (object: JsonObject, info: ReadInfo): JsonObject => {
      if (info.type.group !== 'apps' || !restartable.has(info.type.kind)) throw rolloutFault(info, 'restarting is not supported');
      if (flagAt(object, 'spec', 'paused')) throw rolloutFault(info, "can't restart paused deployment (run rollout resume first)");
      return withField(object, restartedAt, now);
    };
    const unchanged = (info: ReadInfo): string =>
      `failed to create patch for ${info.name}: if restart has already been triggered within the past second, please wait before attempting to trigger another`;
    return runRollout(call, context, { verb: 'rollout restart', done: 'restarted', changed, unchanged, volatile: [now] });
  },
};
