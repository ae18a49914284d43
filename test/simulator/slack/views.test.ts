import { describe, expect, test } from 'vitest';
import { createClient, errorOf, incidents, listenAsApp, simulate, type Heard } from './support.ts';

type Shape = Record<string, unknown>;

const plain = (text: string): Shape => ({ type: 'plain_text', text });
const input = (id: string, element: Shape, extra: Shape = {}): Shape => ({
  type: 'input',
  block_id: id,
  label: plain(`Label of ${id}`),
  element,
  ...extra,
});
const textInput = (extra: Shape = {}): Shape => ({ type: 'plain_text_input', action_id: 'text', ...extra });
const severity: Shape = {
  type: 'static_select',
  action_id: 'level',
  options: ['SEV1', 'SEV2'].map((name) => ({ text: plain(name), value: name.toLowerCase() })),
};
const modal = (extra: Shape = {}): Shape => ({
  type: 'modal',
  title: plain('Declare'),
  submit: plain('Go'),
  blocks: [input('title', textInput())],
  ...extra,
});
const viewOf = (heard: Heard | undefined) => heard?.payload['view'] as Shape & { state: { values: Record<string, Record<string, Shape>> } };

/** The view of an answer, which the SDK types only for its named methods. */
function viewIn(answer: object): { view: Shape } {
  const view: unknown = Reflect.get(answer, 'view');
  if (typeof view !== 'object' || view === null) throw new Error('the answer has no view');
  return { view: { ...view } };
}

async function withTrigger() {
  const simulation = await simulate();
  const app = await listenAsApp(simulation.workspace);
  const ana = simulation.workspace.person('ana');
  const trigger = async () => {
    await ana.command('#incidents', '/incident form');
    return String(app.heard.at(-1)?.payload['trigger_id']);
  };
  const open = async (view: Shape) => viewIn(await simulation.client.apiCall('views.open', { trigger_id: await trigger(), view }));
  return { ...simulation, app, ana, trigger, open };
}

describe('opening and updating', () => {
  test("the answer and the person's screen carry the view, its id and its hash", async () => {
    const { ana, open, client } = await withTrigger();
    const { view } = await open(modal({ private_metadata: 'm', callback_id: 'c' }));
    expect(view).toMatchObject({
      id: expect.stringMatching(/^V/),
      team_id: 'T0TOCSIN00',
      app_id: 'A0TOCSIN00',
      bot_id: 'B0TOCSIN00',
      private_metadata: 'm',
      callback_id: 'c',
      previous_view_id: null,
      close: null,
      state: { values: { title: { text: { type: 'plain_text_input', value: null } } } },
    });
    expect(ana.view()).toMatchObject({ id: view['id'], user: 'U0ANA00000', hash: view['hash'] });
    const update = (args: Shape) => errorOf(client.apiCall('views.update', { view: modal({ title: plain('New') }), ...args }));
    expect(await update({ view_id: view['id'], hash: 'stale' })).toBe('hash_conflict');
    expect(await update({ view_id: view['id'], hash: view['hash'] })).toBe('ok');
    expect(ana.view()?.view).toMatchObject({ title: { text: 'New' } });
    expect(await update({ view_id: 'V0NOTHING' })).toBe('not_found');
    expect(ana.view()?.hash).not.toBe(view['hash']);
  });

  test('external_id finds the view, once', async () => {
    const { open, client, trigger, workspace, app } = await withTrigger();
    await open(modal({ external_id: 'one' }));
    expect(await errorOf(client.apiCall('views.update', { external_id: 'one', view: modal({ external_id: 'one' }) }))).toBe('ok');
    await workspace.person('ben').command('#incidents', '/incident form');
    const bens = String(app.heard.at(-1)?.payload['trigger_id']);
    expect(await errorOf(client.apiCall('views.open', { trigger_id: bens, view: modal({ external_id: 'one' }) }))).toBe(
      'duplicate_external_id',
    );
    expect(await errorOf(client.apiCall('views.open', { trigger_id: await trigger(), view: modal({ blocks: [] }) }))).toBe(
      'invalid_arguments',
    );
  });

  test('three on top of each other and no more, pushed only from inside', async () => {
    const { ana, open, client, trigger, app } = await withTrigger();
    const blocks = [{ type: 'actions', block_id: 'b', elements: [{ type: 'button', text: plain('More'), action_id: 'more' }] }];
    const pressed = async () => {
      await ana.pressInView('More');
      expect(app.heard.at(-1)?.payload).toMatchObject({ type: 'block_actions', container: { type: 'view', view_id: ana.view()?.id } });
      return app.heard.at(-1)?.payload['trigger_id'];
    };
    const push = async (id: unknown, title: string) =>
      errorOf(client.apiCall('views.push', { trigger_id: id, view: modal({ title: plain(title), blocks }) }));
    await open(modal({ blocks }));
    expect(await push(await trigger(), 'from outside')).toBe('invalid_trigger_id');
    expect(await push(await pressed(), 'second')).toBe('ok');
    expect(await push(await pressed(), 'third')).toBe('ok');
    expect(await push(await pressed(), 'fourth')).toBe('push_limit_reached');
    expect(ana.view()?.view).toMatchObject({ title: { text: 'third' } });
    await ana.closeView();
    expect(ana.view()?.view).toMatchObject({ title: { text: 'second' } });
  });

  test('what was entered survives an update with the same block and action', async () => {
    const { ana, open, client, app } = await withTrigger();
    const { view } = await open(modal({ blocks: [{ type: 'actions', block_id: 'sev', elements: [severity] }] }));
    await ana.pressInView('level', { selected: 'SEV2' });
    expect(app.heard.at(-1)?.payload['actions']).toMatchObject([{ selected_option: { value: 'sev2' } }]);
    const blocks = [{ type: 'actions', block_id: 'sev', elements: [severity] }, input('more', textInput())];
    const updated = viewIn(await client.apiCall('views.update', { view_id: view['id'], view: modal({ blocks }) }));
    expect(updated.view).toMatchObject({ state: { values: { sev: { level: { selected_option: { value: 'sev2' } } } } } });
  });
});

describe('submitting', () => {
  const everything = [
    input('title', textInput({ min_length: 3, max_length: 10 })),
    input('sev', severity),
    input('who', { type: 'users_select', action_id: 'user' }, { optional: true }),
    input(
      'tags',
      { type: 'checkboxes', action_id: 'set', options: [1, 2].map((n) => ({ text: plain(`t${n}`), value: `t${n}` })) },
      { optional: true },
    ),
    input('day', { type: 'datepicker', action_id: 'date', initial_date: '2026-03-01' }),
  ];

  test("carries every input in Slack's form", async () => {
    const { ana, open, app } = await withTrigger();
    await open(modal({ blocks: everything, callback_id: 'declare' }));
    ana.fill({ 'Label of title': 'queue', sev: 'SEV1', who: 'ben', tags: ['t2'] });
    expect(await ana.submit()).toEqual({ ok: true });
    const heard = app.heard.at(-1);
    expect(heard?.payload).toMatchObject({ type: 'view_submission', user: { id: 'U0ANA00000' }, is_enterprise_install: false });
    expect(viewOf(heard).state.values).toMatchObject({
      title: { text: { type: 'plain_text_input', value: 'queue' } },
      sev: { level: { type: 'static_select', selected_option: { text: plain('SEV1'), value: 'sev1' } } },
      who: { user: { type: 'users_select', selected_user: 'U0BEN00000' } },
      tags: { set: { type: 'checkboxes', selected_options: [{ value: 't2' }] } },
      day: { date: { type: 'datepicker', selected_date: '2026-03-01' } },
    });
    expect(ana.view()).toBeUndefined();
  });

  test('the client itself refuses what is missing, too short or too long', async () => {
    const { ana, open, app } = await withTrigger();
    await open(modal({ blocks: everything }));
    const before = app.heard.length;
    ana.fill({ title: 'ab' });
    expect(await ana.submit()).toEqual({
      ok: true,
      viewErrors: { title: 'This must be at least 3 characters', sev: 'This is a required field' },
    });
    expect(ana.view()?.errors).toHaveProperty('sev');
    expect(app.heard).toHaveLength(before);
  });

  test('errors, update, push and clear do what they say', async () => {
    const { ana, open, app } = await withTrigger();
    const answer = (body: unknown) =>
      app.answerWith((_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)));
    const submit = () => {
      ana.fill({ title: 'words' });
      return ana.submit();
    };
    await open(modal());
    answer({ response_action: 'errors', errors: { title: 'No.' } });
    expect(await submit()).toEqual({ ok: true, viewErrors: { title: 'No.' } });
    answer({ response_action: 'errors', errors: { elsewhere: 'No.' } });
    expect(await submit()).toEqual({ ok: false, error: 'invalid_response_action' });
    answer({ response_action: 'update', view: modal({ title: plain('Updated') }) });
    expect(await submit()).toEqual({ ok: true });
    expect(ana.view()?.view).toMatchObject({ title: { text: 'Updated' } });
    answer({ response_action: 'push', view: modal({ title: plain('Pushed') }) });
    await submit();
    expect(ana.view()?.view).toMatchObject({ title: { text: 'Pushed' } });
    answer({ response_action: 'update', view: { type: 'modal' } });
    expect(await submit()).toEqual({ ok: false, error: 'invalid_response_action' });
    answer({ response_action: 'clear' });
    await submit();
    expect(ana.view()).toBeUndefined();
  });

  test('no acknowledgement keeps the modal open and says so', async () => {
    const simulation = await simulate({ ackDeadlineMs: 100 });
    const app = await listenAsApp(simulation.workspace);
    const ana = simulation.workspace.person('ana');
    await ana.command('#incidents', '/incident form');
    const trigger = app.heard[0]?.payload['trigger_id'];
    await simulation.client.apiCall('views.open', { trigger_id: trigger, view: modal() });
    app.answerWith(() => {});
    ana.fill({ title: 'words' });
    expect(await ana.submit()).toEqual({ ok: false, error: 'operation_timeout' });
    expect(ana.view()).toBeDefined();
  });
});

describe('closing', () => {
  test('is told to the app only on request', async () => {
    const { ana, open, app } = await withTrigger();
    await open(modal());
    await ana.closeView();
    expect(app.heard.at(-1)?.payload['type']).not.toBe('view_closed');
    await open(modal({ notify_on_close: true }));
    await ana.closeView();
    expect(app.heard.at(-1)?.payload).toMatchObject({ type: 'view_closed', is_cleared: false, view: { title: { text: 'Declare' } } });
  });
});

describe('Home', () => {
  test('is published per person, against its hash', async () => {
    const { workspace, listening } = await simulate();
    const app = await listenAsApp(workspace);
    const client = createClient(listening);
    const publish = (args: Shape) =>
      errorOf(client.apiCall('views.publish', { user_id: 'U0ANA00000', view: { type: 'home', blocks: [{ type: 'divider' }] }, ...args }));
    await workspace.person('ana').opensHome();
    expect(app.heard[0]?.payload['event']).toMatchObject({ type: 'app_home_opened', user: 'U0ANA00000', tab: 'home' });
    expect(await publish({})).toBe('ok');
    const hash = workspace.person('ana').home()?.hash;
    expect(await publish({ hash: 'stale' })).toBe('hash_conflict');
    expect(await publish({ hash })).toBe('ok');
    expect(await publish({ view: modal() })).toBe('invalid_arguments');
    expect(workspace.person('ben').home()).toBeUndefined();
    expect(workspace.pageState().views).toEqual([]);
    expect(workspace.channel('#incidents').id).toBe(incidents);
  });
});
