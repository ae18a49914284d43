import { html } from 'htm/preact';
import type { VNode } from 'preact';

/** What to try, in the order in which an incident goes. */
export function Guide(props: { bot: string; command: string }): VNode {
  return html`<ol class="guide">
    <li><strong>Fire a sample alert.</strong> It arrives as a real one would, and @${props.bot} opens an incident here.</li>
    <li><strong>Open its thread</strong> and run a diagnostic of the runbook: its output appears for everybody.</li>
    <li><strong>Propose a mitigation,</strong> then act as somebody else to approve it: nobody approves their own.</li>
    <li><strong>Resolve</strong> and export the post-mortem. <code>${props.command} help</code> lists everything else.</li>
  </ol>`;
}
