/** Where secrets lie in containers. */
const secretPaths: readonly RegExp[] = [
  /^\/(?:var\/)?run\/secrets(?:\/|$)/,
  /(?:^|\/)etc\/(?:shadow|gshadow|sudoers)/,
  /(?:^|\/)etc\/kubernetes\/(?:admin|kubelet|controller-manager|scheduler|super-admin)\.conf/,
  /\/proc\/.+\/environ$/,
  /(?:^|\/)\.(?:ssh|aws|kube|docker|gnupg|pgpass|netrc|npmrc|my\.cnf|git-credentials)(?:\/|$)/,
  /(?:^|\/)(?:id_(?:rsa|dsa|ecdsa|ed25519)|credentials|\.env(?:\.[\w.-]+)?|token|password|passwd\.txt)$/,
  /\.(?:key|pem|p12|pfx|jks|keystore|kdbx|keytab)$/i,
  /(?:^|[/_.-])secrets?(?:[/_.-]|$)/i,
];

/** Folders with such places below them, which a recursive search would read too. */
const foldersAbove = /^\/(?:(?:var|run|var\/run|etc|root|home)\/?|proc(?:\/.*)?)?$/;
const recursively = /^(?:-[a-zA-Z]*[rR]|--(?:rec|de|di)|-[a-zA-Z]*drec|rec)/;

/** Programs that show the environment, where passwords stand. */
const environmentPrograms = new Set(['printenv', 'export', 'set', 'declare']);

/** Whether a program prints the environment: by its purpose, by jq's own words for it, or by the letter with which BSD's `ps` adds it ("ps auxe"). */
function showsEnvironment(program: string, words: readonly string[]): boolean {
  if (environmentPrograms.has(program)) return true;
  const follows = (place: number, flag: RegExp): boolean => flag.test(words[place - 1] ?? '');
  switch (program) {
    case 'env':
      return words.every((word) => /^(?:-.*|\w+=.*)$/.test(word));
    case 'jq':
      return words.some((word, place) => /(?:^|[^.\w"$])env\b(?!\s*:)|\$ENV\b/.test(word) && !follows(place, /^--arg/));
    case 'ps':
      return words.some((word, place) => /^(?=\w*e)[aAcefghjklLmnNorsStTuUvVwxXZ]+$/.test(word) && !follows(place, /^-\w*[oOCuUgGpqtsN]$/));
    default:
      return false;
  }
}

export const baseName = (program: string): string => program.slice(program.lastIndexOf('/') + 1);

/** Why a command would show secrets, or undefined. Every word counts, wherever it stands: a wrapper or a shell does not hide it. */
export function readsSecret(argv: readonly string[]): string | undefined {
  const program = baseName(argv[0] ?? '');
  if (showsEnvironment(program, argv.slice(1))) return 'it shows the environment, where passwords and keys stand';
  const words = argv.flatMap((word) => [word, ...word.split(/[\s=:@'"`;|&<>(),$]+/)]);
  const found = words.map(normalised).find((word) => secretPaths.some((path) => path.test(word)));
  if (found !== undefined) return `${JSON.stringify(found)} holds keys, tokens or passwords`;
  if (
    /^[efz]?grep$/.test(program) &&
    argv.some((word) => recursively.test(word)) &&
    argv.some((word) => foldersAbove.test(normalised(word)))
  )
    return 'it searches folders in which keys, tokens or passwords stand';
  const shellText = argv.slice(1).join(' ');
  const isShell = /^(?:ba|z|da|k|a)?sh$/.test(program);
  return isShell && /(?:^|[\s;|&(`])(?:printenv|env)(?:\s*(?:$|[;|&)`>])|\s+\|)/.test(shellText)
    ? 'it shows the environment, where passwords and keys stand'
    : undefined;
}

/** "/var//run/./x/../secrets" as the file system reads it. */
function normalised(word: string): string {
  if (!word.includes('/')) return word;
  const parts: string[] = [];
  for (const part of word.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return (word.startsWith('/') ? '/' : '') + parts.join('/');
}
