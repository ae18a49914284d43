import type { Verb } from '../verb.ts';
import { apiResources, apiVersions } from './api-resources.ts';
import { authCanI } from './auth-can-i.ts';
import { clusterInfo } from './cluster-info.ts';
import { describe } from './describe/describe.ts';
import { events } from './events.ts';
import { exec } from './exec.ts';
import { logs } from './logs.ts';
import { ocProject, ocRsh } from './oc-reads.ts';
import { rolloutHistory } from './rollout-history.ts';
import { rolloutStatus } from './rollout-status.ts';
import { topNode, topPod } from './top.ts';
import { version } from './version.ts';
import { wait } from './wait.ts';
import { authWhoami, ocWhoami } from './whoami.ts';

/** The verbs that only read, and `exec`. */
export const readVerbs: readonly Verb[] = [
  describe,
  logs,
  exec,
  topPod,
  topNode,
  events,
  wait,
  rolloutStatus,
  rolloutHistory,
  authCanI,
  authWhoami,
  version,
  apiResources,
  apiVersions,
  clusterInfo,
  ocProject,
  ocWhoami,
  ocRsh,
];
