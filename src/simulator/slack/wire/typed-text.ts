import type { Core } from '../core.ts';
import { findPerson } from '../state/people.ts';

/** What Slack makes of the characters that have a meaning in its markup. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const mention = /(?<![\w.])@([a-z0-9][a-z0-9._-]*)/g;
const channelName = /(?<![\w&])#([a-z0-9][a-z0-9_-]*)/g;
const address = /https?:\/\/[^\s<>|]+/g;

/** Ends of sentences are no part of a handle: `@ana.` is ana and a full stop. */
function splitHandle(given: string): { handle: string; rest: string } {
  const handle = given.replace(/[._-]+$/, '');
  return { handle, rest: given.slice(handle.length) };
}

function translated(core: Core, text: string, person: (id: string, name: string) => string): string {
  return escaped(text)
    .replace(mention, (whole, given: string) => {
      const { handle, rest } = splitHandle(given);
      if (['here', 'channel', 'everyone'].includes(handle)) return `<!${handle}>${rest}`;
      const found = findPerson(core.state.people, handle);
      if (found !== undefined) return `${person(found.id, found.name)}${rest}`;
      const group = core.seed.usergroups.find((candidate) => candidate.handle === handle);
      return group === undefined ? whole : `<!subteam^${group.id}|@${group.handle}>${rest}`;
    })
    .replace(channelName, (whole, name: string) => {
      const found = core.state.channel(`#${name}`);
      return found === undefined ? whole : `<#${found.id}|${found.name}>`;
    })
    .replace(address, '<$&>');
}

/** A message as Slack stores what a person typed. */
export function messageText(core: Core, typed: string): string {
  return translated(core, typed, (id) => `<@${id}>`);
}

/** A command's text; with `should_escape` names and addresses become tokens, without only the markup characters change. */
export function commandText(core: Core, typed: string, shouldEscape: boolean): string {
  return shouldEscape ? translated(core, typed, (id, name) => `<@${id}|${name}>`) : escaped(typed);
}
