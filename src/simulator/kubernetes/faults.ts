/** Which requests a fault hits: without `on` all, without `times` until it is cleared. */
type Scope = { on?: { method?: string; /** A part of the path. */ path?: string; dryRun?: boolean }; times?: number; skip?: number };

/** What can go wrong, as inputs: each is a thing that a real API server or the network before it does. */
export type ClusterFault = Scope &
  (
    | { type: 'dropBeforeApply' | 'dropAfterApply' | 'conflict' | 'truncatedBody' }
    | { type: 'delay'; ms: number }
    | { type: 'serverError'; applied?: boolean }
    | { type: 'tooManyRequests'; retryAfterS: number }
    /** The exec socket closes without a status; the program has run. */
    | { type: 'execLost' }
    /** An admission webhook with side effects makes dry runs impossible. */
    | { type: 'dryRunRefused'; webhook: string }
  );
type FaultType = ClusterFault['type'];

export type ClusterFaults = {
  set(...faults: readonly ClusterFault[]): void;
  clear(): void;
};

export type FaultRequest = { method: string; path: string; dryRun: boolean };
export type FaultBox = ClusterFaults & {
  /** The fault of a type that hits this request; counts the hit. */
  hits<Type extends FaultType>(type: Type, request: FaultRequest): Extract<ClusterFault, { type: Type }> | undefined;
};

type Armed = { fault: ClusterFault; seen: number; hit: number };

export function createFaultBox(): FaultBox {
  let armed: Armed[] = [];
  return {
    set(...faults) {
      armed = [...armed, ...faults.map((fault) => ({ fault, seen: 0, hit: 0 }))];
    },
    clear() {
      armed = [];
    },
    hits<Type extends FaultType>(type: Type, request: FaultRequest) {
      for (const each of armed) {
        const { fault } = each;
        if (!isOfType(fault, type) || !meets(fault, request) || each.hit >= (fault.times ?? Number.POSITIVE_INFINITY)) continue;
        each.seen += 1;
        if (each.seen <= (fault.skip ?? 0)) continue;
        each.hit += 1;
        return fault;
      }
      return undefined;
    },
  };
}

function isOfType<Type extends FaultType>(fault: ClusterFault, type: Type): fault is Extract<ClusterFault, { type: Type }> {
  return fault.type === type;
}

function meets({ on = {} }: Scope, request: FaultRequest): boolean {
  if (on.method !== undefined && on.method !== request.method) return false;
  if (on.path !== undefined && !request.path.includes(on.path)) return false;
  return on.dryRun === undefined || on.dryRun === request.dryRun;
}
