/** Variables that the shell itself reads: setting them would change how the script is read, not what is in it. */
const SHELLS_OWN =
  /^(?:BASH\w*|DIRSTACK|ENV|EUID|FUNCNAME|GLOBIGNORE|GROUPS|HISTFILE|HOME|IFS|LC_\w+|LANG|OLDPWD|OPTARG|OPTIND|PATH|PIPESTATUS|POSIXLY_CORRECT|PPID|PS\d|PWD|SECONDS|SHELLOPTS|SHLVL|TZ|UID)$/;

/**
 * Why these variables cannot be set, or undefined. A value stands unquoted in many runbooks, where white space would split it into several words and
 * `*` would match files: such a value is refused, never changed.
 */
export function problemOfVariables(variables: Readonly<Record<string, string>>): string | undefined {
  for (const [name, value] of Object.entries(variables)) {
    if (!/^[A-Za-z_]\w*$/.test(name)) return `"${name}" is no name of a shell variable.`;
    if (SHELLS_OWN.test(name)) return `The variable ${name} belongs to the shell and cannot be set; give the placeholder another name.`;
    if (value.length > 4096) return `The value of ${name} is longer than 4096 characters.`;
    if (/\p{Cc}/u.test(value)) return `The value of ${name} holds a control character or a line break; nothing was run.`;
    if (/[\s*?[\]\\]/.test(value))
      return `The value of ${name} holds white space or one of * ? [ ] \\, which the shell would split or expand; nothing was run.`;
  }
  return undefined;
}
