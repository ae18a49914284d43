import type { Effects, Session } from '../doors/session.ts';
import { TocsinError } from '../kernel/errors.ts';

/** What the doors of a run were refused, and how many changes are under way just now. */
export type Watched = { session: Session; refusals: string[]; underWay(): number };

/**
 * The same session, with an eye on its effects and on commands that never run. After `signal` aborts no further effect begins: a stopped run changes
 * nothing more.
 */
export function guardSession(session: Session, signal: AbortSignal): Watched {
  const refusals: string[] = [];
  let underWay = 0;
  const note = (message: string): void => {
    if (!refusals.includes(message)) refusals.push(message);
  };

  const guarded =
    <Operation, Carrying, Result>(effect: (operation: Operation, carrying: Carrying) => Promise<Result>) =>
    async (operation: Operation, carrying: Carrying): Promise<Result> => {
      if (signal.aborted) throw new TocsinError('forbidden', 'The run was stopped; nothing more is changed.');
      underWay += 1;
      try {
        return await effect(operation, carrying);
      } catch (error) {
        if (isRefusal(error)) note(error.message);
        throw error;
      } finally {
        underWay -= 1;
      }
    };
  const classifyExec: Session['classifyExec'] = (argv) => {
    const verdict = session.classifyExec(argv);
    if (verdict.type === 'refused') note(`"${argv[0] ?? ''}" is not run here: ${verdict.reason}`);
    return verdict;
  };
  const { effects } = session;
  const guardedEffects: Effects = {
    change: guarded((operation, carrying) => effects.change(operation, carrying)),
    exec: guarded((operation, carrying) => effects.exec(operation, carrying)),
    http: guarded((operation, carrying) => effects.http(operation, carrying)),
  };
  return { session: { ...session, classifyExec, effects: guardedEffects }, refusals, underWay: () => underWay };
}

function isRefusal(error: unknown): error is TocsinError {
  return error instanceof TocsinError && (error.code === 'forbidden' || error.code === 'precondition');
}
