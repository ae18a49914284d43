import type { Core } from '../core.ts';
import type { Person } from '../state/people.ts';

/** The legacy verification token, which Slack still sends along; nothing may rest on it. */
export const verificationToken = 'simulated-verification-token';

/** What every interaction says about where it comes from. */
export function interactionBase(core: Core, person: Person): Record<string, unknown> {
  const { team, app } = core.seed;
  return {
    user: { id: person.id, username: person.name, name: person.name, team_id: team.id },
    api_app_id: app.appId,
    token: verificationToken,
    team: { id: team.id, domain: team.domain },
    enterprise: null,
    is_enterprise_install: false,
  };
}

/** An interaction travels as one form field that holds JSON. */
export function interactionBody(payload: Record<string, unknown>): string {
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}
