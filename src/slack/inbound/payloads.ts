import { z } from 'zod';

const origin = { team_id: z.string().optional(), api_app_id: z.string().optional() };
const user = z.looseObject({
  id: z.string(),
  username: z.string().optional(),
  name: z.string().optional(),
  team_id: z.string().optional(),
});
const team = z.looseObject({ id: z.string() }).nullish();

const command = z.looseObject({
  ...origin,
  command: z.string(),
  text: z.string().default(''),
  user_id: z.string(),
  user_name: z.string().default(''),
  channel_id: z.string(),
  trigger_id: z.string(),
  response_url: z.string().optional(),
});

const blockActions = z.looseObject({
  ...origin,
  type: z.literal('block_actions'),
  user,
  team,
  trigger_id: z.string(),
  response_url: z.string().optional(),
  channel: z.looseObject({ id: z.string() }).optional(),
  container: z.looseObject({ message_ts: z.string().optional(), channel_id: z.string().optional(), thread_ts: z.string().optional() }),
  message: z.looseObject({ thread_ts: z.string().optional() }).optional(),
  actions: z
    .array(
      z.looseObject({
        action_id: z.string(),
        action_ts: z.string().default(''),
        selected_option: z.looseObject({ value: z.string() }).nullish(),
      }),
    )
    .min(1),
});

const answer = z.looseObject({
  value: z.string().nullish(),
  selected_option: z.looseObject({ value: z.string() }).nullish(),
  selected_user: z.string().nullish(),
});

const viewSubmission = z.looseObject({
  ...origin,
  type: z.literal('view_submission'),
  user,
  team,
  view: z.looseObject({
    id: z.string(),
    hash: z.string().default(''),
    callback_id: z.string().default(''),
    private_metadata: z.string().default(''),
    title: z.looseObject({ text: z.string() }).optional(),
    state: z.looseObject({ values: z.record(z.string(), z.record(z.string(), answer)) }),
  }),
});

const mention = z.looseObject({
  ...origin,
  type: z.literal('event_callback'),
  event_id: z.string(),
  event: z.looseObject({
    type: z.literal('app_mention'),
    user: z.string().optional(),
    bot_id: z.string().optional(),
    text: z.string().default(''),
    channel: z.string(),
    ts: z.string(),
    thread_ts: z.string().optional(),
  }),
});

export type CommandPayload = z.infer<typeof command>;
export type ActionPayload = z.infer<typeof blockActions>;
export type SubmissionPayload = z.infer<typeof viewSubmission>;
export type MentionPayload = z.infer<typeof mention>;

/** A request from Slack that we act on; everything else is only acknowledged. */
export type Inbound =
  | { type: 'command'; payload: CommandPayload }
  | { type: 'action'; payload: ActionPayload }
  | { type: 'submission'; payload: SubmissionPayload }
  | { type: 'mention'; payload: MentionPayload };

export function readInbound(body: unknown): Inbound | undefined {
  const asCommand = command.safeParse(body);
  if (asCommand.success) return { type: 'command', payload: asCommand.data };
  const asAction = blockActions.safeParse(body);
  if (asAction.success) return { type: 'action', payload: asAction.data };
  const asSubmission = viewSubmission.safeParse(body);
  if (asSubmission.success) return { type: 'submission', payload: asSubmission.data };
  const asMention = mention.safeParse(body);
  return asMention.success ? { type: 'mention', payload: asMention.data } : undefined;
}

/** The workspace and app that a request says it comes from, as far as it does. */
export function originOf(inbound: Inbound): { teamId?: string; appId?: string } {
  const { payload } = inbound;
  const teamId = 'team' in payload && payload.team !== undefined && payload.team !== null ? idOf(payload.team) : payload.team_id;
  return { ...(teamId === undefined ? {} : { teamId }), ...(payload.api_app_id === undefined ? {} : { appId: payload.api_app_id }) };
}

function idOf(value: unknown): string | undefined {
  const id: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'id') : undefined;
  return typeof id === 'string' ? id : undefined;
}
