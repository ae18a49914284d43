import type { PageAct, PageEvent, PageOutcome, PageState } from '../../simulator/slack/page-contract.ts';
import type { Connection } from './state/model.ts';

/** The three ways the page speaks with the simulated workspace. */
export type Api = {
  state: () => Promise<PageState>;
  /** Never rejects: an act that did not get through is an outcome with the error `network`. */
  act: (act: PageAct) => Promise<PageOutcome>;
  /** Follows the events until the returned function is called; a lost connection is opened again by itself. */
  follow(listener: Follower): () => void;
};

export type Follower = {
  /** Connected, for the first time or again: what happened meanwhile is unknown, so the state is to be read. */
  onOpen: () => void;
  onEvent: (event: PageEvent) => void;
  onConnection: (connection: Connection) => void;
};

const reopenAfterMs = 1500;

export function createApi(): Api {
  return {
    async state() {
      const response = await fetch('/sim/state', { headers: { accept: 'application/json' } });
      if (!response.ok) throw new Error(`the simulation answered ${response.status}`);
      return ourState(await response.json());
    },
    async act(act) {
      try {
        const response = await fetch('/sim/act', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(act),
        });
        return outcomeOf(await response.json());
      } catch {
        return { ok: false, error: 'network' };
      }
    },
    follow,
  };
}

function follow(listener: Follower): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const open = () => {
    source = new EventSource('/sim/events');
    source.addEventListener('open', () => {
      listener.onConnection('live');
      listener.onOpen();
    });
    source.addEventListener('message', (message: MessageEvent<string>) => listener.onEvent(ourEvent(JSON.parse(message.data))));
    source.addEventListener('error', () => {
      listener.onConnection('reconnecting');
      // The browser gives up for good when the server answers with an error status: then it is opened anew.
      if (source?.readyState === EventSource.CLOSED) timer = setTimeout(open, reopenAfterMs);
    });
  };
  open();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}

// The page and the simulation are one project and are served together, so these two have the shape of the contract. What people
// and labels wrote inside them is read as unknown text when it is drawn.
function ourState(body: unknown): PageState {
  return body as PageState;
}

function ourEvent(body: unknown): PageEvent {
  return body as PageEvent;
}

function outcomeOf(body: unknown): PageOutcome {
  if (typeof body !== 'object' || body === null || !('ok' in body)) return { ok: false, error: 'unreadable_answer' };
  if (body.ok === true) return body as PageOutcome;
  return { ok: false, error: 'error' in body && typeof body.error === 'string' ? body.error : 'unknown_error' };
}
