import type { VNode } from 'preact';
import type { PageState } from '../../../simulator/slack/page-contract.ts';
import type { Acts } from '../acts.ts';
import type { TextScope } from '../mrkdwn/view.ts';
import type { Model } from '../state/model.ts';

/** What both panes, the channel and the thread, are given. */
export type PaneProps = {
  model: Model;
  workspace: PageState;
  texts: TextScope;
  acts: Acts;
  /** The bot's name without the @. */
  bot: string;
  speaker: VNode;
  openThread: (ts: string) => void;
};
