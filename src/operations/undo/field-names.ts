import type { Json } from '../../kernel/json.ts';
import { isFreeMap, type Path, type Segment } from './tree.ts';

const templatePath = ['spec', 'template'];
const cronTemplatePath = ['spec', 'jobTemplate', 'spec', 'template'];

const nouns: Readonly<Record<string, string>> = {
  annotations: 'annotation',
  labels: 'label',
  env: 'env',
  volumes: 'volume',
  nodeSelector: 'node selector',
  data: 'data',
  binaryData: 'data',
};

/** A field as people name it: "replicas", "gpu-worker image", "annotation pause-uploads (pod template)". */
export function fieldName(path: Path): string {
  const template = [cronTemplatePath, templatePath].find((start) => start.every((part, index) => path[index] === part));
  const rest = template === undefined ? path : path.slice(template.length);
  const words = nameOf(withoutStart(rest));
  const isPodTemplate = template !== undefined && !rest.some((segment) => segment === 'containers' || segment === 'initContainers');
  return isPodTemplate ? `${words} (pod template)` : words;
}

function withoutStart(path: Path): Path {
  return path.length > 1 && (path[0] === 'spec' || path[0] === 'metadata') ? path.slice(1) : path;
}

function nameOf(path: Path): string {
  const [first, second, ...rest] = path;
  if (isContainers(first) && typeof second === 'object') return containerField(second.value, rest);
  if (isFreeMap(first) && second !== undefined) return `${noun(first)} ${dotted([second, ...rest])}`;
  if (typeof second === 'object') return [`${noun(first)} ${second.value}`, dotted(rest)].filter((text) => text !== '').join(' ');
  return dotted(path);
}

function isContainers(segment: Segment | undefined): boolean {
  return segment === 'containers' || segment === 'initContainers' || segment === 'ephemeralContainers';
}

function containerField(name: string, rest: Path): string {
  if (rest.length === 0) return `container ${name}`;
  const [first, second, ...further] = rest;
  if (typeof second === 'object')
    return [`${name} ${noun(first)} ${second.value}`, dotted(further)].filter((text) => text !== '' && text !== 'value').join(' ');
  return `${name} ${dotted(first === 'resources' ? rest.slice(1) : rest)}`;
}

function noun(segment: Segment | undefined): string {
  return typeof segment === 'string' ? (nouns[segment] ?? segment) : '';
}

function dotted(path: Path): string {
  return path.map((segment) => (typeof segment === 'object' ? segment.value : String(segment))).join('.');
}

const longest = 300;

/** A value as people read it: text as it is, what is absent as "not set", structures as short JSON. */
export function valueWords(value: Json | undefined): string {
  if (value === undefined) return 'not set';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text === '') return '""';
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
