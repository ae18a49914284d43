/** A run of text inside a line. Everything that a person or a label wrote ends up in `text` fields, never in markup. */
export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'bold' | 'italic' | 'strike'; children: readonly Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'link'; url: string; label: string }
  | { kind: 'user'; id: string; label: string }
  | { kind: 'channel'; id: string; label: string }
  | { kind: 'mention'; label: string }
  | { kind: 'date'; at: number; format: string; url: string | undefined; fallback: string }
  | { kind: 'emoji'; name: string; glyph: string };

/** A part of a text that stands on its own lines. */
export type Block =
  | { kind: 'paragraph'; children: readonly Inline[] }
  | { kind: 'heading'; level: number; children: readonly Inline[] }
  | { kind: 'quote'; blocks: readonly Block[] }
  | { kind: 'list'; ordered: boolean; start: number; items: readonly (readonly Inline[])[] }
  | { kind: 'pre'; text: string }
  | { kind: 'rule' };
