import type { VNode } from 'preact';
import type { PageInput } from '../../../simulator/slack/page-contract.ts';
import type { TextScope } from '../mrkdwn/view.ts';
import type { Fields } from './json.ts';

/** What a person did to an interactive element, with the confirmation it asks for first. */
export type Press = {
  blockId: string;
  actionId: string;
  value?: string;
  selected?: string;
  confirm?: Fields;
};

/** Where the inputs of a modal keep what was put into them. */
export type FormPort = {
  input: (blockId: string, element: Fields) => PageInput;
  change: (blockId: string, element: Fields, input: PageInput) => void;
  error: (blockId: string) => string | undefined;
};

/** Everything that drawing blocks needs. `form` is absent in messages, where a choice is sent at once and nothing is kept. */
export type BlockScope = TextScope & {
  /** Makes DOM ids unique on the page. */
  idPrefix: string;
  press: (press: Press) => void;
  isBusy: (blockId: string, actionId: string) => boolean;
  form?: FormPort;
};

export type BlockProps = { block: Fields; scope: BlockScope };

/** One interactive element in its place. */
export type ElementProps = {
  element: Fields;
  blockId: string;
  scope: BlockScope;
  /** Set inside an input block: what names and describes the control. */
  field?: { id: string; describedBy: string | undefined; invalid: boolean; required: boolean };
  /** Whether a change is sent to the bot at once. */
  dispatches: boolean;
};

export type ElementView = (props: ElementProps) => VNode;
