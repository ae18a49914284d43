import type { SlackWorkspace } from '../../simulator/slack/workspace-types.ts';

/** What people said before the visitor came: a workspace that begins with silence teaches nothing. Written once, into an empty workspace. */
const said: readonly { who: string; where: string; text: string }[] = [
  { who: 'dmitri', where: '#engineering', text: 'Release 2.31 of the summarizer is out: longer videos, new GPU image.' },
  { who: 'ben', where: '#engineering', text: 'Thanks! I keep an eye on the GPU workers this evening.' },
  { who: 'ben', where: '#oncall', text: 'Handover: nothing open. Ana is primary from now on, I am second.' },
  { who: 'ana', where: '#incidents', text: 'Quiet so far. To see an incident, press *Fire a sample alert*, or type `/incident help`.' },
];

export async function writeSampleContent(workspace: SlackWorkspace): Promise<void> {
  if (workspace.pageState().messages.length > 0) return;
  for (const { who, where, text } of said) await workspace.person(who).types(where, text);
}
