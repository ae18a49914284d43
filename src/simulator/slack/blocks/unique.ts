import type { Block } from './block.ts';
import type { InteractiveElement } from './elements.ts';
import type { Problem } from './problems.ts';

/** The elements of a block that a person can press or fill. */
function interactiveElements(block: Block): readonly InteractiveElement[] {
  if (block.type === 'actions') return block.elements;
  if (block.type === 'input') return [block.element];
  if (block.type === 'section' && block.accessory !== undefined && block.accessory.type !== 'image') return [block.accessory];
  return [];
}

/** Slack refuses two blocks with one id, and two elements with one action id inside a block. */
export function duplicateIds(blocks: readonly Block[], root: string): Problem[] {
  const problems: Problem[] = [];
  const seenBlocks = new Set<string>();
  blocks.forEach((block, index) => {
    if (block.block_id !== undefined && seenBlocks.has(block.block_id)) {
      problems.push({ message: `\`block_id\` already used by another block: ${block.block_id}`, pointer: `${root}/${index}/block_id` });
    }
    if (block.block_id !== undefined) seenBlocks.add(block.block_id);
    const seenActions = new Set<string>();
    interactiveElements(block).forEach((element, place) => {
      if (seenActions.has(element.action_id)) {
        const message = `\`action_id\` already used by another element: ${element.action_id}`;
        problems.push({ message, pointer: `${root}/${index}/elements/${place}/action_id` });
      }
      seenActions.add(element.action_id);
    });
  });
  return problems;
}
