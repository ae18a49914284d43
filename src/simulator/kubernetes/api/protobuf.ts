import { ApiError } from '../status.ts';
import { textAt } from '../tree.ts';
import type { Tree, Value } from '../tree.ts';

type Field = readonly [name: string, type: 'text' | 'texts' | 'number' | 'flag' | Message];
type Message = { readonly [field: number]: Field };

const meta: Message = { 1: ['name', 'text'], 3: ['namespace', 'text'] };
const deletion: Message = {
  1: ['gracePeriodSeconds', 'number'],
  2: ['preconditions', { 1: ['uid', 'text'], 2: ['resourceVersion', 'text'] }],
  3: ['orphanDependents', 'flag'],
  4: ['propagationPolicy', 'text'],
  5: ['dryRun', 'texts'],
};
const attributes: Message = {
  1: ['namespace', 'text'],
  2: ['verb', 'text'],
  3: ['group', 'text'],
  4: ['version', 'text'],
  5: ['resource', 'text'],
  6: ['subresource', 'text'],
  7: ['name', 'text'],
};
/** Kubernetes: field numbers of what kubectl sends in this form: reviews of rights, evictions, and options of deletions. */
const kinds: Readonly<Record<string, Message>> = {
  SelfSubjectAccessReview: {
    1: ['metadata', meta],
    2: ['spec', { 1: ['resourceAttributes', attributes], 2: ['nonResourceAttributes', { 1: ['path', 'text'], 2: ['verb', 'text'] }] }],
  },
  SelfSubjectRulesReview: { 1: ['metadata', meta], 2: ['spec', { 1: ['namespace', 'text'] }] },
  SelfSubjectReview: { 1: ['metadata', meta] },
  Eviction: { 1: ['metadata', meta], 2: ['deleteOptions', deletion] },
  DeleteOptions: deletion,
};
const envelope: Message = { 1: ['typeMeta', { 1: ['apiVersion', 'text'], 2: ['kind', 'text'] }] };
const magic = Buffer.from('k8s\0');

export const protobufType = 'application/vnd.kubernetes.protobuf';

/** The JSON form of a body in the binary form; 415 for kinds whose fields are not known here. */
export function jsonOfProtobuf(body: Buffer): string {
  const rest = body.subarray(0, magic.length).equals(magic) ? body.subarray(magic.length) : undefined;
  const head = rest === undefined ? {} : read(rest, envelope);
  const raw = rest === undefined ? undefined : fieldsOf(rest).find(({ number }) => number === 2)?.bytes;
  const type = head['typeMeta'];
  const [apiVersion, kind] = [textAt(type, 'apiVersion'), textAt(type, 'kind')];
  const message = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (message === undefined) {
    const why = `the simulated server reads no ${kind} in the form ${protobufType}`;
    throw new ApiError(415, why, { reason: 'UnsupportedMediaType' });
  }
  return JSON.stringify({ apiVersion, kind, ...read(raw ?? Buffer.alloc(0), message) });
}

function read(bytes: Buffer, message: Message): Tree {
  const tree: Tree = {};
  for (const { number, bytes: content, value } of fieldsOf(bytes)) {
    const [name, type] = message[number] ?? [];
    if (name === undefined || type === undefined) continue;
    const before = tree[name];
    tree[name] = type === 'texts' ? [...(Array.isArray(before) ? before : []), content.toString('utf8')] : valueOf(type, content, value);
  }
  return tree;
}

function valueOf(type: Exclude<Field[1], 'texts'>, content: Buffer, value: number): Value {
  if (type === 'text') return content.toString('utf8');
  if (type === 'number') return value;
  return type === 'flag' ? value !== 0 : read(content, type);
}

type Part = { number: number; bytes: Buffer; value: number };

/** The fields of a message: numbers and runs of bytes. Others are not among the fields above, and end it. */
function fieldsOf(bytes: Buffer): readonly Part[] {
  const parts: Part[] = [];
  let at = 0;
  const number = (): number => {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = bytes[at] ?? 0;
      at += 1;
      value += (byte & 0x7f) * factor;
      factor *= 128;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const key = number();
    const wire = key & 7;
    if (wire !== 0 && wire !== 2) break;
    const value = number();
    parts.push({ number: key >> 3, bytes: bytes.subarray(at, at + (wire === 2 ? value : 0)), value });
    if (wire === 2) at += value;
  }
  return parts;
}
