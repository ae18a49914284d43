import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { PageInput, PageView } from '../../../simulator/slack/page-contract.ts';
import type { Acts } from '../acts.ts';
import { Blocks } from '../blocks/blocks.ts';
import { formFields, initialInput, validateForm, type FormField } from '../blocks/form.ts';
import { fieldsOf, textOf, wordsOf, type Fields } from '../blocks/json.ts';
import type { BlockScope } from '../blocks/scope.ts';
import { withEmoji } from '../blocks/text.ts';
import type { TextScope } from '../mrkdwn/view.ts';
import { busyKey, type BusyKey } from '../state/model.ts';
import { Dialog } from './dialog.ts';

export type ModalProps = {
  view: PageView;
  texts: TextScope;
  busy: readonly BusyKey[];
  acts: Acts;
  /** What went wrong is told inside: everything outside a modal is out of reach. */
  notices: VNode;
};

type Errors = Readonly<Record<string, string>>;
type Touched = { inputs: ReadonlyMap<string, PageInput>; errors: Errors; cleared: readonly string[]; clearedFor: Errors; attempts: number };

const untouched: Touched = { inputs: new Map(), errors: {}, cleared: [], clearedFor: {}, attempts: 0 };

/** What a submission carries: each input by block id and action id. */
export function submission(fields: readonly FormField[], read: (field: FormField) => PageInput): Record<string, Record<string, PageInput>> {
  const values: Record<string, Record<string, PageInput>> = {};
  for (const field of fields) {
    values[field.blockId] = { ...values[field.blockId], [textOf(field.element['action_id'])]: read(field) };
  }
  return values;
}

function keyOf(blockId: string, element: Fields): string {
  return `${blockId}\n${textOf(element['action_id'])}`;
}

/** A modal that the bot opened. What a person put in survives an update of the view, as in Slack, by block id and action id. */
export function Modal(props: ModalProps): VNode {
  const { view, acts, busy } = props;
  const [touched, setTouched] = useState<Touched>(untouched);
  const body = fieldsOf(view.view);
  const read = (blockId: string, element: Fields) => touched.inputs.get(keyOf(blockId, element)) ?? initialInput(element);
  const fields = formFields(body['blocks']);
  const cleared = touched.clearedFor === view.errors ? touched.cleared : [];
  const errors: Errors = {
    ...Object.fromEntries(Object.entries(view.errors).filter(([block]) => !cleared.includes(block))),
    ...touched.errors,
  };
  const isSubmitting = busy.includes(`submit/${view.id}`);

  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (Object.keys(errors).length > 0) focusFirstProblem(form.current);
  }, [touched.attempts, view.errors]);

  const change = (blockId: string, element: Fields, input: PageInput) =>
    setTouched((now) => ({
      ...now,
      inputs: new Map(now.inputs).set(keyOf(blockId, element), input),
      errors: Object.fromEntries(Object.entries(now.errors).filter(([block]) => block !== blockId)),
      cleared: [...(now.clearedFor === view.errors ? now.cleared : []), blockId],
      clearedFor: view.errors,
    }));
  const submit = (event: Event) => {
    event.preventDefault();
    const readField = (field: FormField) => read(field.blockId, field.element);
    const problems = validateForm(fields, readField);
    setTouched((now) => ({ ...now, errors: problems, cleared: [], clearedFor: view.errors, attempts: now.attempts + 1 }));
    if (Object.keys(problems).length === 0) void acts.submit(view.id, submission(fields, readField));
  };
  const scope: BlockScope = {
    ...props.texts,
    idPrefix: `v-${view.id}`,
    press: (press) => acts.press({ kind: 'view', viewId: view.id }, press),
    isBusy: (blockId, actionId) => busy.includes(busyKey({ kind: 'view', viewId: view.id }, blockId, actionId)),
    form: { input: read, change, error: (blockId) => errors[blockId] },
  };
  return html`<${Dialog} labelledBy=${`title-${view.id}`} className="dialog-modal" close=${() => acts.close(view.id)}>
    <form ref=${form} onSubmit=${submit} novalidate data-testid="modal" data-view=${view.id}>
      <header class="dialog-head">
        <h2 id=${`title-${view.id}`}>${withEmoji(wordsOf(body['title'])) || 'App'}</h2>
        <button type="button" class="icon-button" aria-label="Close" onClick=${() => acts.close(view.id)}>✕</button>
      </header>
      <div class="dialog-body">
        <${Blocks} blocks=${body['blocks']} scope=${scope} />
        ${Object.keys(errors).length > 1 && html`<p class="form-problem" role="status">Please look at the marked fields.</p>`}
      </div>
      <${ModalFoot} body=${body} isSubmitting=${isSubmitting} close=${() => acts.close(view.id)} />
    </form>
    ${props.notices}
  <//>`;
}

/** What has to be corrected comes into sight, and the keys are already there. */
function focusFirstProblem(form: HTMLFormElement | null): void {
  form?.querySelector<HTMLElement>('.has-error :is(input, select, textarea)')?.focus();
}

function ModalFoot(props: { body: Fields; isSubmitting: boolean; close: () => void }): VNode {
  const submit = withEmoji(wordsOf(props.body['submit']));
  return html`<div class="dialog-foot">
    <button type="button" class="button" onClick=${props.close}>
      ${withEmoji(wordsOf(props.body['close'])) || (submit === '' ? 'Close' : 'Cancel')}
    </button>
    ${
      submit !== '' &&
      html`<button type="submit" class="button button-primary" aria-busy=${props.isSubmitting} disabled=${props.isSubmitting}>
        ${props.isSubmitting ? 'Sending…' : submit}
      </button>`
    }
  </div>`;
}
