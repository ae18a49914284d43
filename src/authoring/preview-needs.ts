import type { Need } from '../doors/kubectl/verb.ts';
import type { CallReading } from '../reading/call-reading.ts';

type Kind = { apiGroup: string; resource: string };

const DEPLOYMENTS: Kind = { apiGroup: 'apps', resource: 'deployments' };
const AUTOSCALERS: Kind = { apiGroup: 'autoscaling', resource: 'horizontalpodautoscalers' };
const BUDGETS: Kind = { apiGroup: 'policy', resource: 'poddisruptionbudgets' };

/** The verbs that always make a new pod template; a patch does when it names one. */
const ROLLS = /^(?:rollout (?:restart|undo)|set (?:image|env|resources))$/;

/**
 * The reader's rights for a change: its object is looked at again before it is applied, and the preview looks at what may scale it back, what limits
 * disruption and who uses a ConfigMap. The change's own rights are enough for its dry run.
 */
export function previewNeeds(call: CallReading): Need[] {
  const changed = call.needs.filter((need) => need.for === 'change' && need.resource !== 'pods/exec');
  return changed.flatMap((need) => {
    const resource = need.resource.replace(/\/.*$/, '');
    const { apiGroup, name, namespace } = need;
    const itself: Need = { apiGroup, resource, verb: 'get', ...(name === undefined ? {} : { name }), namespace, for: 'read' };
    return [itself, ...looksAt(call, `${apiGroup}/${resource}`).map((kind): Need => ({ ...kind, verb: 'list', namespace, for: 'read' }))];
  });
}

function looksAt(call: CallReading, kind: string): readonly Kind[] {
  if (kind === '/configmaps' || kind === '/secrets') return [DEPLOYMENTS];
  if (kind === '/pods') return call.verb === 'delete' || call.verb === 'drain' ? [BUDGETS] : [];
  if (!/^apps\/(?:deployments|statefulsets|daemonsets|replicasets)$/.test(kind)) return [];
  if (call.verb === 'scale') return [AUTOSCALERS];
  if (call.verb === 'patch') return looksAtPatch(call.words.map(({ text }) => text).join(' '));
  return ROLLS.test(call.verb ?? '') ? [BUDGETS] : [];
}

function looksAtPatch(text: string): readonly Kind[] {
  return [...(text.includes('replicas') ? [AUTOSCALERS] : []), ...(text.includes('template') ? [BUDGETS] : [])];
}
