export type KeyState = {
  /** How many suggestions are shown. */
  count: number;
  chosen: number;
  /** Whether taking the chosen one would change what is written. */
  wouldChange: boolean;
};

export type KeyOrder = 'send' | 'take' | 'next' | 'previous' | 'close';

const listOrders: ReadonlyMap<string, KeyOrder> = new Map([
  ['Tab', 'take'],
  ['ArrowDown', 'next'],
  ['ArrowUp', 'previous'],
  ['Escape', 'close'],
]);

/** What a key means while writing; undefined leaves it to the browser. */
export function keyOrder(event: Pick<KeyboardEvent, 'key' | 'shiftKey'>, state: KeyState): KeyOrder | undefined {
  const listed = state.count > 0;
  if (event.shiftKey) return undefined;
  if (event.key === 'Enter') return listed && state.chosen >= 0 && state.wouldChange ? 'take' : 'send';
  return listed ? listOrders.get(event.key) : undefined;
}
