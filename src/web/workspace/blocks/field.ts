import { wordsOf } from './json.ts';
import type { ElementProps } from './scope.ts';
import { withEmoji } from './text.ts';

type FieldAttributes = Readonly<Record<string, string | undefined>>;

/** What ties a control to its label, its hint and its error; one without a label is named by its placeholder. */
export function fieldAttributes(props: ElementProps): FieldAttributes {
  const { field, element } = props;
  if (field === undefined) return { 'aria-label': withEmoji(wordsOf(element['placeholder'])) || 'Value' };
  return {
    id: field.id,
    'aria-describedby': field.describedBy,
    'aria-invalid': field.invalid ? 'true' : undefined,
    'aria-required': field.required ? 'true' : undefined,
  };
}
