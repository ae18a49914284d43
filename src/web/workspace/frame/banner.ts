import { html } from 'htm/preact';
import type { VNode } from 'preact';
import type { Connection } from '../state/model.ts';

export type BannerProps = { connection: Connection; notice: string; faults: Readonly<Record<string, unknown>> };

const connectionWords: Readonly<Record<Connection, string>> = {
  connecting: 'Connecting…',
  live: 'Live',
  reconnecting: 'Connection lost, reconnecting…',
};

/** The strip that says where one is: a simulation, how it is connected, and which faults are set in it. */
export function Banner(props: BannerProps): VNode {
  const faults = Object.entries(props.faults).filter(([, value]) => isSet(value));
  return html`<div class="banner">
    <span class="banner-words">Simulated workspace: nothing leaves this machine</span>
    ${props.notice !== '' && html`<span class="banner-notice" data-testid="notice">${props.notice}</span>`}
    ${
      faults.length > 0 &&
      html`<span class="banner-faults" title=${faults.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join('\n')}>
        Faults set: ${faults.map(([name]) => name).join(', ')}
      </span>`
    }
    <span class=${`connection connection-${props.connection}`} role="status" data-testid="connection"
      >${connectionWords[props.connection]}</span
    >
  </div>`;
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== 0 && value !== '';
}
