import { MASK } from './patterns.ts';

export type Masked = { text: string; masked: number };

const YAML_SECRET = /^[ \t]{0,40}(?:- )?kind:[ \t]{0,9}["']?Secret["']?[ \t]{0,9}$/m;
const JSON_SECRET = /"kind\\{0,9}"\s{0,20}:\s{0,20}\\{0,9}"Secret\\{0,9}"/;

/** Masks the values under `data:` and `stringData:` in a text that shows a Secret, as YAML or JSON, also as JSON within an annotation. */
export function maskKubernetesSecrets(text: string): Masked {
  const json = JSON_SECRET.test(text) ? maskJson(text) : { text, masked: 0 };
  const yaml = YAML_SECRET.test(json.text) ? maskYaml(json.text) : { text: json.text, masked: 0 };
  return { text: yaml.text, masked: json.masked + yaml.masked };
}

function maskJson(text: string): Masked {
  let masked = 0;
  const done = text.replace(/("(?:data|stringData)\\{0,9}"\s{0,20}:\s{0,20}\{)([^{}]+)/g, (_, head: string, body: string) => {
    const values = body.replace(/("[^"\\]{0,300}\\{0,9}"\s{0,20}:\s{0,20}\\{0,9}")([^"\\]+)/g, (whole, key: string, value: string) => {
      if (value === MASK) return whole;
      masked += 1;
      return key + MASK;
    });
    return head + values;
  });
  return { text: done, masked };
}

type Place = { block: number; keys: number | undefined } | undefined;

/** Line by line: what is indented deeper than `data:` are its keys; what is indented deeper than a key is the rest of its value. */
function maskYaml(text: string): Masked {
  let masked = 0;
  let place: Place;
  const lines = text.split('\n').flatMap((line) => {
    const depth = line.length - line.trimStart().length;
    if (line.trim() === '') return [line];
    if (place === undefined || depth <= place.block) {
      place = blockAt(line, depth);
      return [line];
    }
    place.keys ??= depth;
    if (depth > place.keys) return [];
    const shown = maskLine(line);
    if (shown !== line) masked += 1;
    return [shown];
  });
  return { text: lines.join('\n'), masked };
}

/** In a list, `- data:` stands two columns deeper than its dash. */
function blockAt(line: string, depth: number): Place {
  const found = /^\s*(- )?(?:data|stringData):\s*$/.exec(line);
  return found === null ? undefined : { block: depth + (found[1] === undefined ? 0 : 2), keys: undefined };
}

function maskLine(line: string): string {
  const [, key, value = ''] = /^(\s*[^:\s]+:)\s*(.*)$/.exec(line) ?? [];
  return key === undefined || value === '' || value === MASK ? line : `${key} ${MASK}`;
}
