/** Words in capitals that stand for a value: names in a cluster have no capitals. */
const CAPITALS =
  /^(?:(?:YOUR|MY|SOME|TARGET|EXAMPLE)_[A-Z0-9_]+|[A-Z][A-Z0-9_]*_(?:NAME|NAMESPACE|ID|IP)|TO_BE_REPLACED|REPLACE_ME|CHANGE_?ME|POD|NAMESPACE|NODE|CONTAINER|DEPLOYMENT|STATEFULSET|LOGLEVEL)$/;
const LOWER_YOUR = /^(?:your|my-own|some|target)-(?:[a-z]+-)*(?:pod|namespace|node|deployment|service|container|name|app|cluster|host|id)$/;
const FILLER = /^(?:[A-Za-z0-9]+[-.])*x{3,}(?:-x{3,})*$/i;

/** Programs and words after which a word in capitals is a name of its own. */
const NAMES_FOLLOW = /(?:^|[\s;|&(])(?:printenv|export|unset|read|for|echo|env|declare|local|while\s+read|-e|-oP?|-i)\s+$/;

/** Whether a bare word stands for something to fill in. `index` is where it starts in the command. */
export function isPlaceholderWord(text: string, place: { index: number; word: string }): boolean {
  const { index, word } = place;
  const [before, after] = [text.slice(0, index), text.slice(index + word.length)];
  if (!/^(?:$|[\s;|&)"/])/.test(after) || isNameOfItsOwn(before)) return false;
  if (/\s--\s/.test(before) && /\b(?:exec|rsh|run|debug)\b/.test(before)) return FILLER.test(word);
  if (word === '...' || word === '…') return /\s/.test(before.slice(-1));
  const isYours = LOWER_YOUR.test(word);
  if (before.endsWith('=') && !/(?:^|\s)--?[\w-]+=$/.test(before)) return isYours || word.startsWith('YOUR_');
  return isYours || CAPITALS.test(word) || FILLER.test(word);
}

/** At the start of a line, and behind programs that take names, a word in capitals means itself. */
function isNameOfItsOwn(before: string): boolean {
  return before.trim() === '' || NAMES_FOLLOW.test(before) || /\bread\b[^;|&\n]*$/.test(before);
}
