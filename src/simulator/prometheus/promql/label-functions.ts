import { ExecutionError } from './errors.ts';
import { isLabelName, nameLabel, withLabel } from './labels.ts';
import { anchored } from './matchers.ts';
import { distinct } from './value.ts';
import type { Sample } from './value.ts';

/** `label_replace(v, target, replacement, source, regex)`. */
export function labelReplace(samples: readonly Sample[], texts: readonly string[]): readonly Sample[] {
  const [target = '', replacement = '', source = '', expression = ''] = texts;
  const pattern = anchored(expression);
  if (pattern === undefined) throw new ExecutionError(`invalid regular expression in label_replace(): ${expression}`);
  if (!isLabelName(target)) throw new ExecutionError(`invalid destination label name in label_replace(): ${target}`);
  return distinct(
    samples.map((sample) => {
      const match = pattern.exec(sample.labels.get(source) ?? '');
      return match === null ? sample : { ...sample, labels: withLabel(sample.labels, target, expanded(replacement, match)) };
    }),
  );
}

/** Go: `$1`, `${1}`, `$name`, `$$`; a name reaches as far as it can, and an unknown one is empty. */
function expanded(template: string, match: RegExpExecArray): string {
  return template.replaceAll(/\$(?:\$|(\w+)|\{(\w+)\})/g, (whole, bare: string | undefined, braced: string | undefined) => {
    const name = bare ?? braced;
    if (name === undefined) return whole === '$$' ? '$' : whole;
    return (/^\d+$/.test(name) ? match[Number(name)] : match.groups?.[name]) ?? '';
  });
}

/** `label_join(v, target, separator, sources…)`. */
export function labelJoin(samples: readonly Sample[], texts: readonly string[]): readonly Sample[] {
  const [target = '', separator = '', ...sources] = texts;
  if (!isLabelName(target)) throw new ExecutionError(`invalid destination label name in label_join(): ${target}`);
  const odd = sources.find((source) => source !== nameLabel && !isLabelName(source));
  if (odd !== undefined) throw new ExecutionError(`invalid source label name in label_join(): ${odd}`);
  return distinct(
    samples.map((sample) => ({
      ...sample,
      labels: withLabel(sample.labels, target, sources.map((source) => sample.labels.get(source) ?? '').join(separator)),
    })),
  );
}
