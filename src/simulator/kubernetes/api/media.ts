import { ApiError } from '../status.ts';
import type { Call } from './call.ts';

const spoken = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'] as const;
const streams = spoken.filter((each) => !each.endsWith('yaml')).map((each) => `${each};stream=watch`);
const mediaOf = (part: string): string => (part.split(';')[0] ?? '').trim();

/** Throws the 406 of a request that accepts nothing of what can be answered: JSON, as it is or as a table of version 1. */
export function checkAccepted({ accept }: Call): void {
  const parts = accept === '' ? ['*/*'] : accept.split(',');
  if (!parts.some((part) => ['*/*', 'application/*', 'application/json'].includes(mediaOf(part)))) {
    const message = `406: Not Acceptable\n\nAvailable representations: ${[...spoken, ...streams].join(', ')}`;
    throw new ApiError(406, message, { reason: 'NotAcceptable', details: {} });
  }
  if (!parts.every((part) => /as=Table/.test(part) && !/v=v1(;|$)/.test(part))) return;
  throw new ApiError(406, `only the following media types are accepted: ${spoken.join(', ')}`, { reason: 'NotAcceptable' });
}

/** Throws the 415 of an object in a form that is not spoken. */
export function checkSent({ contentType }: Call): void {
  const media = mediaOf(contentType);
  if (media === '' || spoken.some((each) => each === media)) return;
  const message = `the body of the request was in an unknown format - accepted media types include: ${spoken.join(', ')}`;
  throw new ApiError(415, message, { reason: 'UnsupportedMediaType' });
}
