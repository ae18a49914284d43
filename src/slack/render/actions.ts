import type { ActionsBlock, Button as SlackButton, ConfirmationDialog, Overflow, PlainTextOption, StaticSelect } from '@slack/types';
import { decodeAction, encodeAction } from '../../chat/action.ts';
import type { Action } from '../../chat/action.ts';
import type { Button, Menu } from '../../chat/message.ts';
import { cutPlain } from './escape.ts';
import { plainText } from './plain.ts';

const maxElements = 25;
const maxOverflow = 5;
const maxOptions = 100;
/** Slack wants action ids to be unique within a message; what follows this mark only makes them so. */
const suffixMark = '#';

/** Hands out action ids that are unique within one message. */
export type ActionIds = (base: string) => string;

export function createActionIds(): ActionIds {
  const used = new Map<string, number>();
  return (base) => {
    const count = (used.get(base) ?? 0) + 1;
    used.set(base, count);
    return count === 1 ? base : `${base}${suffixMark}${count}`;
  };
}

/** What an element of ours carries, from its action id or, for a menu, from the chosen value. */
export function readAction(pressed: { actionId: string; selected?: string }): Action | undefined {
  return decodeAction(pressed.selected ?? pressed.actionId.replace(/#\d+$/, ''));
}

export function drawActions(block: { buttons: readonly Button[]; menu?: Menu }, ids: ActionIds): ActionsBlock | undefined {
  const buttons = block.buttons.slice(0, maxElements - 1).map((button) => drawButton(button, ids));
  const menu = block.menu === undefined || block.menu.items.length === 0 ? [] : [drawMenu(block.menu, ids)];
  const elements = [...buttons, ...menu];
  return elements.length === 0 ? undefined : { type: 'actions', elements };
}

function drawButton(button: Button, ids: ActionIds): SlackButton {
  const { confirm, style } = button;
  return {
    type: 'button',
    action_id: ids(encodeAction(button.action)),
    text: plainText(button.label, 75),
    accessibility_label: cutPlain(button.description, 75),
    ...(style === undefined ? {} : { style }),
    ...(confirm === undefined ? {} : { confirm: drawConfirm(confirm, style) }),
  };
}

function drawConfirm(confirm: NonNullable<Button['confirm']>, style: Button['style']): ConfirmationDialog {
  return {
    title: plainText(confirm.title, 100),
    text: plainText(confirm.text, 300),
    confirm: plainText(confirm.confirm, 30),
    deny: plainText(confirm.deny, 30),
    ...(style === undefined ? {} : { style }),
  };
}

/** Up to five items fit behind Slack's three dots; more become a drop-down list. */
function drawMenu(menu: Menu, ids: ActionIds): Overflow | StaticSelect {
  const options: PlainTextOption[] = menu.items
    .slice(0, maxOptions)
    .map((item) => ({ text: plainText(item.label, 75), value: encodeAction(item.action) }));
  if (options.length <= maxOverflow) return { type: 'overflow', action_id: ids('menu'), options };
  return { type: 'static_select', action_id: ids('menu'), placeholder: plainText(menu.label, 150), options };
}
