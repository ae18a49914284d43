import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { PageSample } from '../../../simulator/slack/page-contract.ts';
import type { Acts } from '../acts.ts';
import { useDismiss } from '../menu.ts';
import type { BusyKey } from '../state/model.ts';

export type SamplesProps = {
  samples: readonly PageSample[];
  fired: readonly string[];
  busy: readonly BusyKey[];
  acts: Acts;
};

/** The alerts that can be fired, each with its way back. `done` is called after a press. */
export function SampleList(props: SamplesProps & { done?: () => void }): VNode {
  return html`<ul class="samples">
    ${props.samples.map((sample) => html`<${SampleRow} key=${sample.id} sample=${sample} ...${props} />`)}
  </ul>`;
}

function SampleRow(props: SamplesProps & { sample: PageSample; done?: () => void }): VNode {
  const { sample, acts, busy } = props;
  const isFiring = props.fired.includes(sample.id);
  const press = (act: 'fire' | 'resolve') => () => {
    acts[act](sample.id, sample.title);
    props.done?.();
  };
  return html`<li class="sample" data-sample=${sample.id}>
    <div class="sample-words">
      <strong>${sample.title}</strong>
      ${isFiring && html`<span class="badge badge-firing">FIRING</span>`}
      <p>${sample.description}</p>
    </div>
    <div class="sample-buttons">
      <button
        type="button"
        class=${isFiring ? 'button' : 'button button-alert'}
        aria-label=${`Fire: ${sample.title}`}
        disabled=${busy.includes(`fire/${sample.id}`)}
        onClick=${press('fire')}
      >
        ${isFiring ? 'Fire again' : 'Fire'}
      </button>
      <button
        type="button"
        class=${isFiring ? 'button button-primary' : 'button button-quiet'}
        aria-label=${`Resolve: ${sample.title}`}
        disabled=${busy.includes(`resolve/${sample.id}`)}
        onClick=${press('resolve')}
      >
        Resolve
      </button>
    </div>
  </li>`;
}

/** The button in the channel's heading with the list behind it. */
export function SamplesMenu(props: SamplesProps): VNode {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useDismiss(root, open, () => setOpen(false));
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !open) return;
    event.stopPropagation();
    close();
  };
  return html`<div class="samples-menu" ref=${root} onKeyDown=${onKeyDown}>
    <button
      type="button"
      ref=${button}
      class="button button-alert"
      aria-label="Fire a sample alert"
      aria-haspopup="true"
      aria-expanded=${open}
      data-testid="samples"
      onClick=${() => setOpen(!open)}
    >
      <span aria-hidden="true">⚡</span><span class="wide-only"> Fire a sample alert</span><span class="narrow-only"> Fire alert</span>
    </button>
    ${
      open &&
      html`<div class="samples-panel" role="group" aria-label="Sample alerts">
        <p class="samples-intro">Each goes to the bot as Alertmanager would send it.</p>
        <${SampleList} ...${props} done=${close} />
      </div>`
    }
  </div>`;
}
