import { html } from 'htm/preact';
import type { VNode } from 'preact';

/** What to try, in the order in which an incident goes. */
export function Guide(props: { bot: string; command: string }): VNode {
  return html`<ol class="guide">
    <li><strong>Fire a sample alert.</strong> It arrives as a real one would, and @${props.bot} opens an incident in #incidents.</li>
    <li>
      <strong>Acknowledge</strong> it with the button or <code>${props.command} ack</code>, and open its thread: the runbook is in there.
    </li>
    <li>
      <strong>Act as somebody else,</strong> take a role, post an update. In a thread say it to the bot: <code>@${props.bot} note …</code>
    </li>
    <li>
      <strong>Resolve</strong> it, and <code>${props.command} export</code> the record. <code>${props.command} help</code> lists the rest.
    </li>
  </ol>`;
}
