/** How many documents go in one request to the server. */
const maxGroup = 500;

/**
 * Gathers what is given while a request is under way into the next request: callers at the same time share one round trip and one sync of the
 * server's journal. Each call resolves or fails with the request that carried its item.
 */
export function groupWrites<T>(write: (items: readonly T[]) => Promise<void>): (item: T) => Promise<void> {
  type Waiting = { item: T; resolve: () => void; reject: (error: unknown) => void };
  let waiting: Waiting[] = [];
  let isWriting = false;

  async function drain(): Promise<void> {
    isWriting = true;
    while (waiting.length > 0) {
      const group = waiting.splice(0, maxGroup);
      try {
        await write(group.map(({ item }) => item));
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    isWriting = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isWriting) void drain();
    });
}
