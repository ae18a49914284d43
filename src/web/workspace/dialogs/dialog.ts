import { html } from 'htm/preact';
import type { ComponentChildren, VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

export type DialogProps = {
  labelledBy: string;
  className: string;
  /** The person wants out: Escape, the cross, or a press beside the dialog where that is harmless. */
  close: () => void;
  children?: ComponentChildren;
};

/** A modal dialog. The browser's own element keeps the focus inside and everything else out of reach. */
export function Dialog(props: DialogProps): VNode {
  const element = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const { current } = element;
    if (current?.open === false) current.showModal();
    return () => current?.close();
  }, []);
  return html`<dialog
    ref=${element}
    class=${`dialog ${props.className}`}
    role="dialog"
    aria-modal="true"
    aria-labelledby=${props.labelledBy}
    onKeyDown=${(event: KeyboardEvent) => event.stopPropagation()}
    onCancel=${(event: Event) => {
      event.preventDefault();
      props.close();
    }}
  >
    ${props.children}
  </dialog>`;
}
