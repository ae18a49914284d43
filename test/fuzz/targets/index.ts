import type { FuzzTarget } from '../engine/target.ts';
import { actionIds } from './action-ids.ts';
import { alertStories } from './alert-stories.ts';
import { chatWords } from './chat-words.ts';
import { commandLines } from './command-lines.ts';
import { configs } from './configs.ts';
import { doorArguments } from './door-arguments.ts';
import { exportFiles } from './exports.ts';
import { httpRequests } from './http-requests.ts';
import { promqlAnswers, promqlTexts } from './promql.ts';
import { runbooks } from './runbooks.ts';
import { scripts } from './scripts.ts';
import { secrets } from './secrets.ts';
import { signedLinks } from './signed-links.ts';
import { slackRequests } from './slack-requests.ts';
import { storedDocuments } from './stored-documents.ts';
import { templates } from './templates.ts';
import { webhookBodies } from './webhook-body.ts';

/** Everything that reads what others wrote. */
export const fuzzTargets: readonly FuzzTarget[] = [
  webhookBodies,
  alertStories,
  httpRequests,
  signedLinks,
  slackRequests,
  chatWords,
  actionIds,
  runbooks,
  templates,
  commandLines,
  doorArguments,
  scripts,
  promqlTexts,
  promqlAnswers,
  secrets,
  configs,
  exportFiles,
  storedDocuments,
];
