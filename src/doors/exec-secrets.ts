/** Where secrets lie in containers. */
const secretPaths: readonly RegExp[] = [
  /^\/(?:var\/)?run\/secrets(?:\/|$)/,
  /^\/etc\/(?:shadow|gshadow|sudoers)/,
  /^\/etc\/kubernetes\/(?:admin|kubelet|controller-manager|scheduler|super-admin)\.conf/,
  /\/proc\/[^/]+\/environ$/,
  /(?:^|\/)\.(?:ssh|aws|kube|docker|gnupg|pgpass|netrc|npmrc|my\.cnf|git-credentials)(?:\/|$)/,
  /(?:^|\/)(?:id_(?:rsa|dsa|ecdsa|ed25519)|credentials|\.env(?:\.[\w.-]+)?|token|password|passwd\.txt)$/,
  /\.(?:key|pem|p12|pfx|jks|keystore|kdbx|keytab)$/i,
  /(?:^|[/_.-])secrets?(?:[/_.-]|$)/i,
];

/** Programs that show the environment, where passwords stand. */
const environmentPrograms = new Set(['printenv', 'export', 'set', 'declare']);

export const baseName = (program: string): string => program.slice(program.lastIndexOf('/') + 1);

/** Why a command would show secrets, or undefined. Every word counts, wherever it stands: a wrapper or a shell does not hide it. */
export function readsSecret(argv: readonly string[]): string | undefined {
  const program = baseName(argv[0] ?? '');
  if (environmentPrograms.has(program) || (program === 'env' && argv.slice(1).every((word) => /^(?:-.*|\w+=.*)$/.test(word)))) {
    return 'it shows the environment, where passwords and keys stand';
  }
  const words = argv.flatMap((word) => [word, ...word.split(/[\s=:@'"`;|&<>(),$]+/)]);
  const found = words.map(normalised).find((word) => secretPaths.some((path) => path.test(word)));
  if (found !== undefined) return `${JSON.stringify(found)} holds keys, tokens or passwords`;
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
