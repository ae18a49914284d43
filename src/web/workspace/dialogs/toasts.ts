import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Toast } from '../state/model.ts';

const staysMs = { info: 5000, error: 12_000 } as const;

/** Short notices in the corner; they leave by themselves, errors later than news. */
export function Toasts(props: { toasts: readonly Toast[]; dismiss: (id: number) => void }): VNode {
  return html`<div class="toasts" data-testid="toasts">
    ${props.toasts.map((toast) => html`<${ToastCard} key=${toast.id} toast=${toast} dismiss=${props.dismiss} />`)}
  </div>`;
}

function ToastCard(props: { toast: Toast; dismiss: (id: number) => void }): VNode {
  const { toast, dismiss } = props;
  useEffect(() => {
    const timer = setTimeout(() => dismiss(toast.id), staysMs[toast.tone]);
    return () => clearTimeout(timer);
  }, [toast.id]);
  return html`<div
    class=${`toast toast-${toast.tone}${toast.narrowOnly === true ? ' narrow-only' : ''}`}
    role=${toast.tone === 'error' ? 'alert' : 'status'}
  >
    <div>
      <strong>${toast.text}</strong>
      <p>${toast.hint}</p>
    </div>
    <button type="button" class="icon-button" aria-label="Dismiss" onClick=${() => dismiss(toast.id)}>✕</button>
  </div>`;
}
