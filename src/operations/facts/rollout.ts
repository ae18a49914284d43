import { count, rollsPods, titleOf } from './rule.ts';
import type { Rule } from './rule.ts';

export const restarts: Rule = {
  name: 'restarts',
  look(scene) {
    if (!rollsPods(scene) || scene.after.spec.paused) return [];
    const { replicas } = scene.after.spec;
    const pods = replicas === undefined ? 'every pod' : count(replicas, 'pod');
    return [
      { weight: 'warning', rule: 'restarts', text: `This replaces ${pods} of ${titleOf(scene)}: a change of the pod template rolls it.` },
    ];
  },
};

export const paused: Rule = {
  name: 'paused',
  look(scene) {
    if (!rollsPods(scene) || !scene.after.spec.paused) return [];
    return [
      { weight: 'warning', rule: 'paused', text: `The rollout of ${titleOf(scene)} is paused: nothing restarts until it is resumed.` },
    ];
  },
};

export const singleReplica: Rule = {
  name: 'single-replica',
  look(scene) {
    const { spec } = scene.after;
    if (!rollsPods(scene) || spec.replicas !== 1) return [];
    const { type, rollingUpdate } = spec.strategy ?? {};
    const keepsOld =
      type !== 'Recreate' && [undefined, 0, '0', '0%', '25%'].some((allowed) => allowed === rollingUpdate?.['maxUnavailable']);
    if (keepsOld && scene.operation.target.kind === 'Deployment') return [];
    return [
      { weight: 'warning', rule: 'single-replica', text: `${titleOf(scene)} has one replica: expect a short outage while it restarts.` },
    ];
  },
};

export const toZero: Rule = {
  name: 'to-zero',
  look(scene) {
    if (scene.after.spec.replicas !== 0 || scene.before.spec.replicas === 0) return [];
    return [{ weight: 'warning', rule: 'to-zero', text: `${titleOf(scene)} will have no pod at all.` }];
  },
};

export const nodeUnschedulable: Rule = {
  name: 'node',
  look(scene) {
    if (scene.operation.target.kind !== 'Node' || !scene.after.spec.unschedulable || scene.before.spec.unschedulable) return [];
    return [{ weight: 'note', rule: 'node', text: `No new pods will be placed on node ${scene.operation.target.name}.` }];
  },
};
