import { TocsinError } from '../../../kernel/errors.ts';
import { perform, press, type Stage } from '../acts.ts';
import { inputFor, placedElements, type PlacedElement } from '../blocks/form.ts';
import { slackNowMs, type Core } from '../core.ts';
import { openIm } from '../methods/target.ts';
import { homeOf, modalStack } from '../methods/views.ts';
import { apiView } from '../methods/views.ts';
import type { PageInput, PageOutcome } from '../page-contract.ts';
import { pageView } from '../page/page-shapes.ts';
import { tsText } from '../state/message-log.ts';
import type { StoredView } from '../state/model.ts';
import { findPerson, type Person } from '../state/people.ts';
import type { EnteredValues } from '../wire/submit.ts';
import type { FormValues, SimulatedPerson } from '../workspace-types.ts';

function fits(placed: PlacedElement, wanted: string): boolean {
  return placed.element.action_id === wanted || placed.label === wanted || placed.element.text?.text === wanted;
}

/** An element by its label or action id, or a refusal that says what is there. */
function findElement(blocks: readonly unknown[], wanted: string): PlacedElement {
  const all = placedElements(blocks);
  const found = all.find((placed) => fits(placed, wanted)) ?? all.find((placed) => placed.blockId === wanted);
  if (found !== undefined) return found;
  const labels = all.map((placed) => placed.label || placed.element.action_id).join(', ');
  throw new TocsinError('not_found', `there is nothing called "${wanted}" to press or fill here, only: ${labels || 'nothing'}`);
}

function isPageInput(value: FormValues[string]): value is PageInput {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function inputOf(placed: PlacedElement, value: FormValues[string]): PageInput {
  if (isPageInput(value)) return value;
  const values = value === null || value === undefined ? [] : typeof value === 'string' ? [value] : value;
  const input = inputFor(placed.element, values);
  if (input === undefined) throw new TocsinError('invalid', `"${placed.label}" is not something to fill in`);
  return input;
}

function entered(core: Core, view: StoredView, filled: FormValues): EnteredValues {
  const values: Record<string, Record<string, PageInput>> = {};
  for (const [name, value] of Object.entries(filled)) {
    const placed = findElement(view.content.blocks, name);
    const input = inputOf(placed, value);
    const person = input.type === 'user' && input.value !== null ? findPerson(core.state.people, input.value) : undefined;
    (values[placed.blockId] ??= {})[placed.element.action_id] = person === undefined ? input : { type: 'user', value: person.id };
  }
  return values;
}

const noModal: PageOutcome = { ok: false, error: 'no modal is open' };

function blocksSeen(core: Core, message: { channel: string; ts: string; blocks?: readonly unknown[] }): readonly unknown[] {
  if (message.blocks !== undefined) return message.blocks;
  const log = core.state.log(core.state.channel(message.channel)?.id ?? '');
  return (log.find(message.ts) ?? log.findEphemeral(message.ts))?.blocks ?? [];
}

async function opensHome(stage: Stage, person: Person): Promise<void> {
  const { core } = stage;
  const home = homeOf(core, person.id);
  const raised = stage.events.raise({
    type: 'app_home_opened',
    user: person.id,
    channel: openIm(core, person.id).id,
    tab: 'home',
    event_ts: tsText(slackNowMs(core) * 1000),
    ...(home === undefined ? {} : { view: apiView(core, home) }),
  });
  await raised.first;
}

/** A person who acts, for tests and drills. */
export function createPerson(stage: Stage, person: Person): SimulatedPerson {
  const { core } = stage;
  let filled: FormValues = {};
  const top = () => modalStack(core, person.id).at(-1);
  const types: SimulatedPerson['types'] = (channel, text, options = {}) =>
    perform(stage, { act: 'say', as: person.id, channel, text, ...(options.thread === undefined ? {} : { threadTs: options.thread }) });
  const selectedFor = (placed: PlacedElement, selected: string | undefined) =>
    placed.element.type === 'users_select' && selected !== undefined ? (findPerson(core.state.people, selected)?.id ?? selected) : selected;

  return {
    id: person.id,
    name: person.name,
    types,
    command: (channel, text) => types(channel, text.startsWith('/') ? text : `/${text}`),
    async press(message, element, options = {}) {
      const placed = findElement(blocksSeen(core, message), element);
      return press(stage, {
        as: person.id,
        channel: message.channel,
        ts: message.ts,
        placed,
        selected: selectedFor(placed, options.selected),
      });
    },
    async pressInView(element, options = {}) {
      const view = top();
      if (view === undefined) return noModal;
      const placed = findElement(view.content.blocks, element);
      const selected = selectedFor(placed, options.selected);
      const place = { viewId: view.id, blockId: placed.blockId, actionId: placed.element.action_id };
      return perform(stage, { act: 'view_press', as: person.id, ...place, ...(selected === undefined ? {} : { selected }) });
    },
    view() {
      const view = top();
      return view === undefined ? undefined : pageView(view);
    },
    fill(values) {
      filled = { ...filled, ...values };
    },
    async submit() {
      const view = top();
      if (view === undefined) return noModal;
      const values = entered(core, view, filled);
      filled = {};
      return perform(stage, { act: 'submit', as: person.id, viewId: view.id, values });
    },
    async closeView() {
      const view = top();
      filled = {};
      return view === undefined ? noModal : perform(stage, { act: 'close', as: person.id, viewId: view.id });
    },
    opensHome: () => opensHome(stage, person),
    home() {
      const view = homeOf(core, person.id);
      return view === undefined ? undefined : pageView(view);
    },
  };
}
