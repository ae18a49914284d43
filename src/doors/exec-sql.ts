/** What PostgreSQL's own functions only read or compute. Whatever else stands before a parenthesis may be anybody's, and do anything. */
const readingFunctions = new RegExp(
  `^(?:${[
    'abs|age|array_(?:agg|length|to_string)|avg|bool_(?:and|or)|btrim|cardinality|ceil|ceiling|char_length|clock_timestamp|coalesce|concat|concat_ws|count',
    'current_(?:database|schema|schemas|setting|user)|date_(?:part|trunc|bin)|dense_rank|extract|first_value|floor|format|generate_series|greatest',
    'has_\\w+_privilege|inet_(?:server|client)_(?:addr|port)|jsonb?_(?:agg|build_\\w+|array_\\w+|each\\w*|object_\\w+|pretty|typeof)|justify_\\w+|lag|last_value|lead|least',
    'left|length|lower|ltrim|make_interval|max|min|mode|now|ntile|nullif|obj_description|col_description|percentile_(?:cont|disc)|position|quote_(?:ident|literal)',
    'rank|regexp_(?:match|matches|replace|count)|replace|right|round|row_number|row_to_json|rtrim|split_part|stddev|string_agg|string_to_array|strpos|substr|substring|sum',
    'to_(?:char|date|json|jsonb|number|regclass|timestamp)|trim|trunc|unnest|upper|variance|version',
    'pg_(?:backend_pid|blocking_pids|column_size|conf_load_time|current_wal_\\w*lsn|database_size|encoding_to_char|get_\\w+|indexes_size|is_\\w+|last_\\w+',
    'postmaster_start_time|relation_size|size_pretty|stat_get_\\w+|table_is_visible|table_size|tablespace_size|total_relation_size|wal_lsn_diff|walfile_name)',
  ].join('|')})$`,
);

/** Words of the language and types that a parenthesis may follow. */
const words =
  /^(?:all|and|any|array|as|between|by|case|cast|distinct|else|except|exists|filter|from|group|having|ilike|in|intersect|is|join|lateral|like|limit|not|offset|on|or|over|select|some|then|union|using|values|when|where|bit|bool|char|date|int|integer|interval|text|character|decimal|float|numeric|time|timestamp|timestamptz|varchar|varying)$/;

const changingWords =
  /\b(?:into|for\s+(?:update|share|no\s+key|key\s+share)|insert|update|delete|drop|alter|create|truncate|grant|revoke|call|do|pg_shadow|pg_authid|rolpassword|passwd)\b/i;

/** Whether a statement for psql only reads: one of its own commands that describe, SHOW, EXPLAIN, or a SELECT that calls what is known to read. */
export function isReadingStatement(text: string): boolean {
  const statement = text.trim().replace(/;\s*$/, '');
  if (/^\\(?:d\w*\+?|l\+?|conninfo|dt\+?|dn\+?|du|x|timing)(?:\s+[\w."*]+)?$/.test(statement)) return !/^\\x$/.test(statement);
  if (/;|\\|--|\/\*|\$\w*\$|\bu&["']/i.test(statement)) return false;
  if (/^show\s+[\w. ]+$/i.test(statement)) return true;
  const query = statement.replace(/^explain\s+(?:\((?!.*\banalyze\b)[^)]*\)\s*|verbose\s+)?/i, '');
  return /^select\b/i.test(query) && !changingWords.test(query) && callsOnlyReading(query);
}

function callsOnlyReading(query: string): boolean {
  // Texts hold no calls. A quoted name before a parenthesis is one that is not known.
  const bare = query.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, (quoted) => (quoted.startsWith("'") ? "''" : '""'));
  return [...bare.matchAll(/([^\s()+\-*/<>=~!@#%^&|?,;:[\]']+)\s*\(/g)].every(([, name = '']) => {
    const own = name.toLowerCase().replace(/^pg_catalog\./, '');
    return words.test(own) || readingFunctions.test(own);
  });
}
