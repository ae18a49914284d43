import { z } from 'zod';
import { ApiError } from '../api-error.ts';
import { problemsOf, problemText } from '../blocks/problems.ts';
import type { Core } from '../core.ts';
import { attachedTable, chatTable } from '../tables/chat.ts';
import { conversationsTable } from '../tables/conversations.ts';
import { text, type MethodSpec } from '../tables/method-spec.ts';
import { otherTable } from '../tables/other.ts';
import { attachedHandlers } from './attached.ts';
import { chatHandlers } from './chat.ts';
import { conversationsHandlers } from './conversations.ts';
import { fileHandlers } from './files.ts';
import type { Handlers, Result } from './handler.ts';
import { peopleHandlers } from './people.ts';
import { viewHandlers } from './views.ts';

/** A method ready to be called with arguments as they came over the wire. */
export type BoundMethod = { spec: MethodSpec; run(core: Core, given: Readonly<Record<string, unknown>>): Result };

/** The client that Bolt hands to listeners sends its team with every call. */
const alwaysTaken = { team_id: text.optional() };

type AnyArgs = Readonly<Record<string, unknown>>;

/** Slack ignores arguments it does not know; refusing them finds typing errors and `unfurl_links` where it does nothing. */
function parseArguments(spec: MethodSpec, given: AnyArgs): AnyArgs {
  const parsed = z.strictObject({ ...alwaysTaken, ...spec.args }).safeParse(given);
  if (!parsed.success) throw new ApiError('invalid_arguments', problemsOf(parsed.error, given, '').map(problemText));
  return parsed.data;
}

/** Safe: `bind` calls each handler only with arguments parsed by the schema that its type is inferred from. */
function byName<Table extends Record<string, MethodSpec>>(
  handlers: Handlers<Table>,
): Readonly<Record<string, (core: Core, args: AnyArgs) => Result>> {
  return handlers as unknown as Readonly<Record<string, (core: Core, args: AnyArgs) => Result>>;
}

function bind<Table extends Record<string, MethodSpec>>(table: Table, handlers: Handlers<Table>): [string, BoundMethod][] {
  return Object.entries(byName(handlers)).flatMap(([name, handle]) => {
    const spec = table[name];
    return spec === undefined ? [] : [[name, { spec, run: (core, given) => handle(core, parseArguments(spec, given)) }]];
  });
}

/** Every method by name. */
export const methods: ReadonlyMap<string, BoundMethod> = new Map([
  ...bind<typeof chatTable>(chatTable, chatHandlers),
  ...bind<typeof attachedTable>(attachedTable, attachedHandlers),
  ...bind<typeof conversationsTable>(conversationsTable, conversationsHandlers),
  ...bind<typeof otherTable>(otherTable, { ...peopleHandlers, ...viewHandlers, ...fileHandlers }),
]);
