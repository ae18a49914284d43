import { options, render, type ComponentChild } from 'preact';
import { onTestFinished, vi } from 'vitest';

/** A document just large enough for preact to draw into: what it draws can be read as HTML, found and pressed. */
type TestNode = {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly TestNode[];
  readonly data: string;
  readonly style: Record<string, string>;
  /** Calls the listeners of an event on this node and those around it, as a browser does. */
  fire(event: string, more?: object): void;
};

export type Screen = {
  html: () => string;
  text: () => string;
  /** All elements of a tag, or of every tag. */
  all: (name?: string) => readonly TestNode[];
  /** The button, link or field whose accessible name or text is this. */
  named: (name: string) => TestNode;
  draw: (view: ComponentChild) => void;
};

// Redraws happen at once. What waits for a painted frame runs before the next redraw at the latest: nothing is painted here.
options.debounceRendering = (redraw) => redraw();
options.requestAnimationFrame = () => {};

type Listener = (event: object) => void;

// preact sets these as fields of its own on the nodes it made, so a node is one mutable object.
type Mutable = {
  nodeType: 1 | 3;
  localName: string;
  namespaceURI: string;
  ownerDocument: object;
  data: string;
  style: Record<string, string>;
  parentNode: Mutable | null;
  childNodes: Mutable[];
  values: Map<string, string>;
  listeners: Map<string, Set<Listener>>;
  readonly firstChild: Mutable | null;
  readonly nextSibling: Mutable | null;
  setAttribute(name: string, value: unknown): void;
  removeAttribute(name: string): void;
  addEventListener(name: string, listener: Listener): void;
  removeEventListener(name: string, listener: Listener): void;
  insertBefore(child: Mutable, before: Mutable | null): Mutable;
  removeChild(child: Mutable): Mutable;
  remove(): void;
  getBoundingClientRect(): { bottom: number };
  focus(): void;
  querySelector(): null;
  setSelectionRange(): void;
};

function createNode(nodeType: 1 | 3, localName: string, data: string): Mutable {
  const node: Mutable = {
    nodeType,
    localName,
    namespaceURI: 'http://www.w3.org/1999/xhtml',
    ownerDocument,
    data,
    style: {},
    parentNode: null,
    childNodes: [],
    values: new Map(),
    listeners: new Map(),
    get firstChild() {
      return node.childNodes[0] ?? null;
    },
    get nextSibling() {
      const siblings = node.parentNode?.childNodes ?? [];
      return siblings[siblings.indexOf(node) + 1] ?? null;
    },
    setAttribute: (name, value) => void node.values.set(name, String(value)),
    removeAttribute: (name) => void node.values.delete(name),
    addEventListener(name, listener) {
      node.listeners.set(name, (node.listeners.get(name) ?? new Set()).add(listener));
    },
    removeEventListener: (name, listener) => void node.listeners.get(name)?.delete(listener),
    insertBefore(child, before) {
      child.remove();
      const at = before === null ? -1 : node.childNodes.indexOf(before);
      node.childNodes.splice(at < 0 ? node.childNodes.length : at, 0, child);
      child.parentNode = node;
      return child;
    },
    removeChild(child) {
      child.remove();
      return child;
    },
    remove() {
      const siblings = node.parentNode?.childNodes;
      siblings?.splice(siblings.indexOf(node), 1);
      node.parentNode = null;
    },
    getBoundingClientRect: () => ({ bottom: 0 }),
    focus() {},
    querySelector: () => null,
    setSelectionRange() {},
  };
  return node;
}

const ownerDocument = {
  createElementNS: (_namespace: string, name: string) => createNode(1, name, ''),
  createTextNode: (data: string) => createNode(3, '#text', data),
};

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function toHtml(node: Mutable): string {
  if (node.nodeType === 3) return escapeHtml(node.data);
  const attributes = [...node.values].map(([name, value]) => ` ${name}="${escapeHtml(value)}"`).join('');
  return `<${node.localName}${attributes}>${node.childNodes.map(toHtml).join('')}</${node.localName}>`;
}

function toText(node: Mutable): string {
  return node.nodeType === 3 ? node.data : node.childNodes.map(toText).join('');
}

function descendants(node: Mutable): Mutable[] {
  return node.childNodes.flatMap((child) => (child.nodeType === 1 ? [child, ...descendants(child)] : []));
}

function fire(node: Mutable, name: string, more: object): void {
  const event = { type: name, target: node, currentTarget: node, preventDefault() {}, stopPropagation() {}, ...more };
  for (let at: Mutable | null = node; at !== null; at = at.parentNode) {
    for (const listener of at.listeners.get(name) ?? []) Reflect.apply(listener, at, [event]);
  }
}

function asTestNode(node: Mutable): TestNode {
  return {
    name: node.localName,
    attributes: node.values,
    get children() {
      return node.childNodes.map(asTestNode);
    },
    get data() {
      return toText(node);
    },
    style: node.style,
    fire: (event, more = {}) => fire(node, event, more),
  };
}

// The node has every member that preact touches; the rest of the DOM's type is never read.
function asContainer(node: Mutable): Element {
  return node as unknown as Element;
}

/** Draws a view and keeps it on the screen until the test is over, so that it can be drawn again with other props. */
export function show(view: ComponentChild): Screen {
  // Taken away again: a library that sees a document takes the process for a browser.
  vi.stubGlobal('document', { addEventListener() {}, removeEventListener() {} });
  onTestFinished(() => void vi.unstubAllGlobals());
  const container = createNode(1, 'body', '');
  const draw = (next: ComponentChild) => render(next, asContainer(container));
  draw(view);
  const all = (name?: string) =>
    descendants(container)
      .filter((node) => name === undefined || node.localName === name)
      .map(asTestNode);
  return {
    html: () => container.childNodes.map(toHtml).join(''),
    text: () => toText(container),
    all,
    named(name) {
      const found =
        all().find((node) => (node.attributes.get('aria-label') ?? '') === name) ?? all().findLast((node) => node.data.trim() === name);
      if (found === undefined) throw new Error(`nothing on the screen is called ${name}:\n${toText(container)}`);
      return found;
    },
    draw,
  };
}
