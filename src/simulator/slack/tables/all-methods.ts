import { attachedTable, chatTable } from './chat.ts';
import { conversationsTable } from './conversations.ts';
import type { MethodSpec } from './method-spec.ts';
import { otherTable } from './other.ts';

/** Every method that the workspace answers, by name. */
export const allMethods: Readonly<Record<string, MethodSpec>> = { ...chatTable, ...attachedTable, ...conversationsTable, ...otherTable };
