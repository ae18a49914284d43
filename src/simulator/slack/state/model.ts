import { z } from 'zod';

/** A file attached to a message. */
const attachedFile = z.object({ id: z.string(), title: z.string(), name: z.string(), size: z.number() });

/** A message as the workspace keeps it. Blocks were accepted before they got here. */
export const storedMessage = z.object({
  channel: z.string(),
  ts: z.string(),
  user: z.string(),
  text: z.string(),
  blocks: z.array(z.looseObject({ type: z.string() })),
  attachments: z.array(z.unknown()),
  files: z.array(attachedFile),
  /** Written by the app, not by a person. */
  byApp: z.boolean(),
  threadTs: z.string().optional(),
  isBroadcast: z.boolean(),
  /** An ephemeral message: the only person who sees it. */
  onlyFor: z.string().optional(),
  /** A deleted root that still has replies. */
  isTombstone: z.boolean(),
  editedTs: z.string().optional(),
  editedBy: z.string().optional(),
  metadata: z.object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) }).optional(),
  clientMsgId: z.string().optional(),
  reactions: z.array(z.object({ name: z.string(), users: z.array(z.string()) })),
  /** When it was stored, by the workspace's clock: what history lag is measured from. */
  storedAtMs: z.number(),
});
export type StoredMessage = z.infer<typeof storedMessage>;

export const storedChannel = z.object({
  id: z.string(),
  name: z.string(),
  topic: z.string(),
  kind: z.enum(['public', 'private', 'im']),
  isArchived: z.boolean(),
  createdMs: z.number(),
  members: z.array(z.string()),
  /** The highest ts ever given here, in microseconds. */
  lastTs: z.number(),
  pins: z.array(z.string()),
  bookmarks: z.array(z.object({ id: z.string(), title: z.string(), link: z.string(), emoji: z.string(), createdMs: z.number() })),
  canvas: z.string().optional(),
});
export type StoredChannel = z.infer<typeof storedChannel>;

/** A view as the app gave it, with the fields Slack adds. */
export const storedView = z.object({
  id: z.string(),
  user: z.string(),
  /** The view as it was accepted. */
  content: z.looseObject({ type: z.enum(['modal', 'home']), blocks: z.array(z.looseObject({ type: z.string() })) }),
  hash: z.string(),
  externalId: z.string(),
  rootId: z.string(),
  previousId: z.string().optional(),
  /** Entered values: block id -> action id -> Slack's state object. */
  values: z.record(z.string(), z.record(z.string(), z.looseObject({ type: z.string() }))),
  errors: z.record(z.string(), z.string()),
});
export type StoredView = z.infer<typeof storedView>;

export const storedFile = z.object({
  id: z.string(),
  name: z.string(),
  title: z.string(),
  length: z.number(),
  /** base64 of the uploaded bytes, once they came. */
  content: z.string().optional(),
  createdMs: z.number(),
  shares: z.array(z.object({ channel: z.string(), ts: z.string(), threadTs: z.string().optional() })),
});
export type StoredFile = z.infer<typeof storedFile>;

export const storedCanvas = z.object({ id: z.string(), title: z.string(), channel: z.string().optional(), markdown: z.string() });
export type StoredCanvas = z.infer<typeof storedCanvas>;

export const storedResponseUrl = z.object({
  id: z.string(),
  channel: z.string(),
  user: z.string(),
  uses: z.number(),
  createdMs: z.number(),
  /** The message whose button was pressed. */
  original: z.object({ ts: z.string(), isEphemeral: z.boolean(), threadTs: z.string().optional() }).optional(),
});
export type StoredResponseUrl = z.infer<typeof storedResponseUrl>;
