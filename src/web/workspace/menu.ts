import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

export type MenuItem = { id: string; label: string; description: string; pick: () => void };

export type MenuProps = {
  /** The accessible name of the button. */
  label: string;
  /** What the button shows. */
  text: VNode | string;
  className: string;
  busy: boolean;
  actionId?: string;
  items: readonly MenuItem[];
};

/** The room that a menu wants below its button; with less of it, it opens upwards. */
const neededBelow = 300;

/** A button that opens a menu. Arrow keys move, Escape and a press elsewhere close it, focus returns to the button. */
export function Menu(props: MenuProps): VNode {
  const [open, setOpen] = useState(false);
  const [opensUp, setOpensUp] = useState(false);
  const [opensLeft, setOpensLeft] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useDismiss(root, open, () => setOpen(false));
  useEffect(() => {
    if (open) root.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
  }, [open]);

  // Its width is known once it is there, and before anybody sees it.
  useLayoutEffect(() => {
    const list = open ? root.current?.querySelector('[role=menu]') : undefined;
    if (list !== undefined && list !== null && list.getBoundingClientRect().right > globalThis.innerWidth) setOpensLeft(true);
  }, [open]);

  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const toggle = () => {
    const below = globalThis.innerHeight - (button.current?.getBoundingClientRect().bottom ?? 0);
    setOpensUp(below < neededBelow);
    setOpensLeft(false);
    setOpen(!open);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      close();
    }
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      moveFocus(root.current, event.key === 'ArrowDown' ? 1 : -1);
    }
  };
  return html`<div class="menu" ref=${root} onKeyDown=${open ? onKeyDown : undefined}>
    <button
      type="button"
      ref=${button}
      class=${props.className}
      aria-label=${props.label}
      aria-haspopup="menu"
      aria-expanded=${open}
      aria-busy=${props.busy}
      disabled=${props.busy}
      data-action=${props.actionId}
      onClick=${toggle}
    >
      ${props.text}
    </button>
    ${open && html`<${MenuList} label=${props.label} items=${props.items} sides=${`${opensUp ? 'opens-up' : ''} ${opensLeft ? 'opens-left' : ''}`} close=${close} />`}
  </div>`;
}

function MenuList(props: { label: string; items: readonly MenuItem[]; sides: string; close: () => void }): VNode {
  return html`<div class=${`menu-list ${props.sides}`} role="menu" aria-label=${props.label}>
    ${props.items.map(
      (item) =>
        html`<button
          type="button"
          role="menuitem"
          key=${item.id}
          onClick=${() => {
            props.close();
            item.pick();
          }}
        >
          <span>${item.label}</span>${item.description !== '' && html`<small>${item.description}</small>`}
        </button>`,
    )}
  </div>`;
}

function moveFocus(root: HTMLElement | null, by: number): void {
  const items = [...(root?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
  const current = items.findIndex((item) => item === document.activeElement);
  items[(current + by + items.length) % items.length]?.focus();
}

/** Closes something that is open when the person presses elsewhere. */
export function useDismiss(root: { current: HTMLElement | null }, open: boolean, close: () => void): void {
  useEffect(() => {
    if (!open) return undefined;
    const dismiss = (event: Event) => {
      if (event.target instanceof Node && root.current?.contains(event.target) === false) close();
    };
    document.addEventListener('pointerdown', dismiss);
    return () => document.removeEventListener('pointerdown', dismiss);
  }, [open]);
}
