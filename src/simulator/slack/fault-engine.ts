import { TocsinError } from '../../kernel/errors.ts';
import { problemsOf, problemText } from './blocks/problems.ts';
import { faultChange, type FaultControl, type FaultName, type FaultSettings } from './faults.ts';

type Scope = { methods?: readonly string[] | undefined; times?: number | undefined; skip?: number | undefined; every?: number | undefined };

/** The knobs, and the question each part of the workspace asks: does this fault hit now? */
export type FaultEngine = FaultControl & {
  /** The fault's setting when it hits this call; counts the hit. */
  hits<Name extends FaultName>(name: Name, subject?: string): FaultSettings[Name] | undefined;
  /** The fault's setting without counting anything. */
  setting<Name extends FaultName>(name: Name): FaultSettings[Name] | undefined;
};

const scopeOf = (setting: object): Scope => setting;

export function createFaultEngine(onChange: (faults: Readonly<Partial<FaultSettings>>) => void): FaultEngine {
  let settings: Partial<FaultSettings> = {};
  /** How often each fault was asked about a matching call, and how often it hit. */
  const counts = new Map<FaultName, { matched: number; hit: number }>();

  function drop(name: FaultName): void {
    settings = Object.fromEntries(Object.entries(settings).filter(([key]) => key !== name));
    onChange(settings);
  }
  function countsHit(name: FaultName, scope: Scope): boolean {
    const count = counts.get(name) ?? { matched: 0, hit: 0 };
    counts.set(name, count);
    count.matched += 1;
    const past = count.matched - (scope.skip ?? 0);
    if (past <= 0 || (past - 1) % (scope.every ?? 1) !== 0) return false;
    count.hit += 1;
    if (count.hit >= (scope.times ?? Number.POSITIVE_INFINITY)) drop(name);
    return true;
  }
  return {
    set(change) {
      const parsed = faultChange.safeParse(change);
      if (!parsed.success) throw new TocsinError('invalid', problemsOf(parsed.error, change, '').map(problemText).join('; '));
      const given = Object.entries(parsed.data).filter(([, value]) => value !== undefined);
      for (const name of Object.keys(parsed.data)) counts.delete(name as FaultName);
      settings = Object.fromEntries(Object.entries({ ...settings, ...Object.fromEntries(given) }).filter(([, value]) => value !== null));
      onChange(settings);
    },
    clear() {
      settings = {};
      counts.clear();
      onChange(settings);
    },
    current: () => settings,
    setting: (name) => settings[name],
    hits(name, subject) {
      const setting = settings[name];
      if (setting === undefined) return undefined;
      const scope = scopeOf(setting);
      if (scope.methods !== undefined && (subject === undefined || !scope.methods.includes(subject))) return undefined;
      return countsHit(name, scope) ? setting : undefined;
    },
  };
}
