import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { slackMethods } from '../../src/slack/methods.ts';

const manifest = z
  .object({
    display_information: z.object({ name: z.string().max(35), description: z.string().max(140) }),
    features: z.object({
      slash_commands: z.array(
        z.object({ command: z.string().startsWith('/').max(32), url: z.string(), usage_hint: z.string(), should_escape: z.boolean() }),
      ),
    }),
    oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
    settings: z.object({
      event_subscriptions: z.object({ request_url: z.string(), bot_events: z.array(z.string()) }),
      interactivity: z.object({ is_enabled: z.boolean(), request_url: z.string() }),
      token_rotation_enabled: z.boolean(),
      org_deploy_enabled: z.boolean(),
    }),
  })
  .parse(parse(readFileSync(new URL('../../deploy/slack-manifest.yaml', import.meta.url), 'utf8')));

describe('the Slack manifest', () => {
  it('asks for the scopes of the methods that are called, of the command and of the events, and for nothing else', () => {
    const called = Object.values(slackMethods).flatMap((method): readonly string[] => method.scopes);
    expect(manifest.oauth_config.scopes.bot.toSorted()).toEqual([...new Set([...called, 'commands', 'app_mentions:read'])].sort());
  });

  it('sends everything to the one address that is listened on', () => {
    const urls = [
      ...manifest.features.slash_commands.map(({ url }) => url),
      manifest.settings.event_subscriptions.request_url,
      manifest.settings.interactivity.request_url,
    ];
    expect(new Set(urls)).toEqual(new Set(['https://tocsin.example.com/slack/events']));
  });

  it('has people in command texts spelled out and the settings that cannot be undone off', () => {
    expect(manifest.features.slash_commands.every((command) => command.should_escape)).toBe(true);
    expect(manifest.settings).toMatchObject({ token_rotation_enabled: false, org_deploy_enabled: false });
    expect(manifest.settings.event_subscriptions.bot_events).toEqual(['app_mention']);
  });
});
