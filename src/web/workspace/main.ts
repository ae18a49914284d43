import { html, render } from 'htm/preact';
import type { PageEvent } from '../../simulator/slack/page-contract.ts';
import { createActs } from './acts.ts';
import { formatPlace, parsePlace } from './address.ts';
import { createApi } from './api.ts';
import { App } from './app.ts';
import { initialModel } from './state/model.ts';
import { currentChannel, unreadCount } from './state/selectors.ts';
import { createStore, type Store } from './state/store.ts';

const actingKey = 'tocsin.acting-as';
const tickMs = 20_000;
const retryMs = 1500;

function start(root: HTMLElement): void {
  const api = createApi();
  const actingAs = sessionStorage.getItem(actingKey) ?? '';
  const store = createStore(initialModel({ actingAs, ...parsePlace(location), now: Date.now() }));
  const sync = createSync(store, api.state);

  api.follow({
    onOpen: sync.reload,
    onEvent: sync.take,
    onConnection: (connection) => store.send({ type: 'connection', connection }),
  });
  sync.reload();
  store.subscribe(() => remember(store));
  setInterval(() => store.send({ type: 'tick', now: Date.now() }), tickMs);
  document.addEventListener('visibilitychange', () => store.send({ type: 'in_sight', value: document.visibilityState === 'visible' }));
  window.addEventListener('popstate', () => goTo(store));
  root.replaceChildren();
  render(html`<${App} store=${store} acts=${createActs(store, api)} />`, root);
}

type Sync = { reload: () => void; take: (event: PageEvent) => void };

/** Keeps events that arrive while the state is being read, and applies them after it, so that none is lost in between. */
function createSync(store: Store, readState: ReturnType<typeof createApi>['state']): Sync {
  let waiting: PageEvent[] | null = null;
  let again = false;

  async function read(): Promise<void> {
    try {
      const workspace = await readState();
      store.send({ type: 'tick', now: Date.now() });
      store.send({ type: 'loaded', workspace });
    } catch (error) {
      store.send({ type: 'unreachable', problem: error instanceof Error ? error.message : String(error) });
      setTimeout(reload, retryMs);
    }
    const held = waiting ?? [];
    waiting = null;
    for (const event of held) take(event);
    if (again) reload();
  }
  function reload(): void {
    again = waiting !== null;
    if (again) return;
    waiting = [];
    void read();
  }
  function take(event: PageEvent): void {
    if (event.type === 'reload') reload();
    else if (waiting === null) store.send({ type: 'event', event });
    else waiting.push(event);
  }
  return { reload, take };
}

function remember(store: Store): void {
  const model = store.read();
  if (model.workspace === null) return;
  sessionStorage.setItem(actingKey, model.actingAs);
  const hash = formatPlace(model);
  // The first address is completed in place, so that the back button leaves the page instead of coming back here.
  if (location.hash === '') history.replaceState(null, '', `${location.pathname}${hash}`);
  else if (location.hash !== hash) history.pushState(null, '', hash);
  const unread = model.workspace.channels.reduce((sum, channel) => sum + unreadCount(model, channel.id), 0);
  document.title = `${unread > 0 ? `(${unread}) ` : ''}#${currentChannel(model)?.name ?? ''} · ${model.workspace.team.name}`;
}

function goTo(store: Store): void {
  const { channelId, threadTs } = parsePlace(location);
  if (channelId === '') return;
  if (threadTs === null) store.send({ type: 'open_channel', channel: channelId });
  else store.send({ type: 'open_thread', channel: channelId, ts: threadTs });
}

const root = document.querySelector<HTMLElement>('#workspace');
if (root !== null) start(root);
