import type { JsonObject } from '../../../kernel/json.ts';
import { changeEffect, fieldManagerFlag, fileFlags, printFlags, selectorFlag } from '../changes/flags.ts';
import { needsOf } from '../changes/needs.ts';
import type { ReadInfo } from '../changes/select.ts';
import { rolloutFault, runRollout } from '../changes/template-patch.ts';
import { withField } from '../changes/with-field.ts';
import { flagAt } from '../json-fields.ts';
import type { Verb } from '../verb.ts';

type Direction = { verb: string; done: string; isPaused: boolean; unsupported: string; already: string };

export const rolloutPause = pausing({
  verb: 'rollout pause',
  done: 'paused',
  isPaused: true,
  unsupported: 'pausing is not supported',
  already: 'is already paused',
});
export const rolloutResume = pausing({
  verb: 'rollout resume',
  done: 'resumed',
  isPaused: false,
  unsupported: 'resuming is not supported',
  already: 'is not paused',
});

function pausing({ verb, done, isPaused, unsupported, already }: Direction): Verb {
  const changed = (object: JsonObject, info: ReadInfo): JsonObject => {
    if (info.type.group !== 'apps' || info.type.kind !== 'Deployment') throw rolloutFault(info, unsupported);
    if (flagAt(object, 'spec', 'paused') === isPaused) throw rolloutFault(info, already);
    return withField(object, ['spec', 'paused'], isPaused ? true : undefined);
  };
  return {
    name: verb,
    flags: [selectorFlag, fieldManagerFlag, ...fileFlags, ...printFlags],
    effect: (call) => changeEffect(call, true),
    needs: (call) => needsOf(call, call.args, [{ verb: 'patch' }]),
    run: (call, context) => runRollout(call, context, { verb, done, changed, unchanged: () => already }),
  };
}
