import type { ExecutionId } from '../incidents/execution.ts';
import { TocsinError } from '../kernel/errors.ts';
import type { ExecutionDocument } from './document.ts';
import type { ExecutionStore } from './ports.ts';

export type DocumentChange = {
  [K in keyof Omit<ExecutionDocument, 'schema' | 'id' | 'incidentId' | 'version' | 'fence' | 'createdAt'>]?:
    | ExecutionDocument[K]
    | undefined;
};

const maxRaces = 50;

/** Which document, and the token under which this process may write it. */
export type DocumentHold = { documentId: ExecutionId; token: number };

/**
 * Changes an execution's document by compare-and-set. Throws TocsinError `precondition` when another process has taken the execution over:
 * whatever this one still wanted to do is not to be done.
 */
export async function changeDocument(
  store: ExecutionStore,
  hold: DocumentHold,
  change: (document: ExecutionDocument) => DocumentChange,
): Promise<ExecutionDocument> {
  return replaceDocument(store, hold.documentId, (document) => {
    if (document.fence !== hold.token) {
      throw new TocsinError('precondition', 'Another process has taken this over; nothing more is done here.');
    }
    return change(document);
  });
}

/** Makes this process the only one that may write the document. Durable when it resolves; who wrote before cannot any more. */
export async function takeDocument(store: ExecutionStore, hold: DocumentHold): Promise<ExecutionDocument> {
  return replaceDocument(store, hold.documentId, (document) => {
    if (document.fence > hold.token) throw new TocsinError('precondition', 'Another process has taken this over already.');
    return { fence: hold.token };
  });
}

async function replaceDocument(
  store: ExecutionStore,
  id: ExecutionId,
  change: (document: ExecutionDocument) => DocumentChange & { fence?: number },
): Promise<ExecutionDocument> {
  for (let race = 0; race < maxRaces; race += 1) {
    const document = await readDocument(store, id);
    const next = withChange(document, change(document));
    if (await store.replace(next, document.version)) return next;
  }
  throw new TocsinError('conflict', 'The execution is being changed by many at once. Please try again.', { retryable: true });
}

/** Throws TocsinError `internal` when it is gone: it is stored before anything names it. */
export async function readDocument(store: ExecutionStore, id: ExecutionId): Promise<ExecutionDocument> {
  const document = await store.get(id);
  if (document === undefined) throw new TocsinError('internal', 'The stored part of this execution is gone.');
  return document;
}

function withChange(document: ExecutionDocument, change: DocumentChange & { fence?: number }): ExecutionDocument {
  const merged = { ...document, ...change, version: document.version + 1 };
  const entries = Object.entries(merged).filter(([, value]) => value !== undefined);
  // Only optional fields are ever set to undefined, so what is left is still a whole document.
  return Object.fromEntries(entries) as ExecutionDocument;
}
