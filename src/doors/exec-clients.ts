import { change, reading, type Verdict } from './exec-verdict.ts';

/** Clients of databases, queues and clusters, in the forms that only read; undefined for other programs. */
export function classifyClient(name: string, words: readonly string[]): Verdict | undefined {
  if (name === 'psql') return classifyPsql(words);
  if (name === 'redis-cli' || name === 'valkey-cli') return classifyRedis(name, words);
  const forms = clients[name] ?? (/^kafka-[\w-]+(?:\.sh)?$/.test(name) ? kafkaForms : undefined);
  if (forms === undefined) return undefined;
  const text = words.join(' ');
  return forms.some((form) => form.test(text)) && !words.some((word) => /^[;&|<>]+$/.test(word))
    ? reading
    : change(`${name} ${text} is not one of its reading forms`);
}

const option = String.raw`(?:--?[\w-]+(?:=[^\s]+|\s+(?!-)[\w./:,-]+)?\s+)*`;
const started = (words: string): RegExp => new RegExp(String.raw`^${option}(?:${words})(?:\s|$)`);

const kafkaForms = [
  /^(?!.*--(?:alter|delete|create|reset-offsets|execute|add|remove|set|elect|generate))(?=.*--(?:describe|list)(?:\s|$))/,
];

/** What the words after the program must look like. */
const clients: Readonly<Record<string, readonly RegExp[]>> = {
  etcdctl: [started('get|endpoint (?:status|health|hashkv)|member list|alarm list|version|check perf')],
  ceph: [
    /^(?:-s|status|health(?: detail)?|df(?: detail)?|versions|fsid)(?: (?:-f|--format) [\w-]+)?$/,
    /^(?:osd (?:stat|tree|df(?: tree)?|status|perf|dump|lspools|blocked-by|pool ls(?: detail)?)|mon (?:stat|dump)|mgr stat|mds stat|fs (?:ls|status)|pg (?:stat|dump(?:_stuck)?(?: \w+)?)|quorum_status|crash ls|orch (?:ls|ps|status))(?: (?:-f|--format) [\w-]+)?$/,
  ],
  rabbitmqctl: [
    /^(?:-[qsn]\s+(?:\S+@\S+\s+)?|--(?:quiet|silent)\s+)*(?:list_(?!user)\w+|status|cluster_status|node_health_check|ping|report|environment)(?:\s+[\w,=/.-]+)*$/,
  ],
  'rabbitmq-diagnostics': [
    /^(?:-q\s+)?(?:status|cluster_status|ping|check_\w+|alarms|listeners|memory_breakdown|server_version|list_\w+)(?:\s+[\w,=/.-]+)*$/,
  ],
  nats: [
    /^(?:--?[\w-]+[= ]\S+\s+)*(?:server (?:check|info|list|ls|ping|report)|stream (?:info|ls|list|report|state)|consumer (?:info|ls|list|report)|account info|rtt)(?:\s|$)/,
  ],
  pg_isready: [/^(?:-[hptU] \S+ ?|-q ?)*$/],
  crictl: [/^(?:ps|pods|images|info|version|stats|inspect\w*|logs)(?:\s|$)/],
  nodetool: [/^(?:status|info|tpstats|compactionstats|netstats|describecluster|ring|gossipinfo|version|cfstats|tablestats)(?:\s|$)/],
  cockroach: [/^node (?:status|ls)(?:\s|$)/],
  vault: [/^status(?:\s|$)/],
  consul: [/^(?:members|info|operator raft list-peers)(?:\s|$)/],
  jcmd: [/^(?:-l|\d+ (?:VM\.(?:version|uptime|flags|info)|Thread\.print|GC\.(?:heap_info|class_histogram)))$/],
  jstack: [/^\d+$/],
  jps: [/^(?:-[lmvq]+)?$/],
  jstat: [/^-gc\w* \d+$/],
  nginx: [/^-(?:v|V|t|T)$/],
  supervisorctl: [/^status(?:\s|$)/],
  systemctl: [/^(?:--no-pager\s+)?(?:status|is-active|is-enabled|list-units)(?:\s|$)/],
  ip: [/^(?:-[\w]+\s+)*(?:a|addr|address|r|route|l|link|n|neigh)(?: (?:show|list|ls))?(?: dev \w+)?$/],
};

/** Flags of psql that change nothing about what is asked; the value is whether a word follows. */
const psqlValues = /^(?:-[UhpdPFRv]|--(?:username|host|port|dbname|pset))$/;
const psqlSwitches =
  /^(?:-[AtxqXw1HE]+|--(?:no-align|tuples-only|expanded|quiet|no-psqlrc|no-password|csv)|--(?:username|host|port|dbname|pset)=\S+|-[Uhp]\S+|-l|--list)$/;

/** psql with one statement that only reads. A connection string is taken for a database's name. */
function classifyPsql(words: readonly string[]): Verdict {
  const read = psqlStatements(words);
  if (typeof read === 'string') return change(`psql with ${JSON.stringify(read)} may do more than read`);
  if (read.length === 0) {
    return words.some((word) => word === '-l' || word === '--list')
      ? reading
      : change('psql without a statement waits for somebody to type');
  }
  return read.every(isReadingStatement) ? reading : change('psql runs more than one plain SELECT, SHOW or EXPLAIN');
}

/** The statements after `-c`, or the first flag that is not on the list. */
function psqlStatements(words: readonly string[]): readonly string[] | string {
  const statements: string[] = [];
  const left = [...words];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const joined = /^(?:--command=|-c)(.+)$/s.exec(word)?.[1];
    if (/^(?:-[AtxqX]*c|--command)$/.test(word)) statements.push(left.shift() ?? '');
    else if (joined !== undefined) statements.push(joined);
    else if (psqlValues.test(word)) left.shift();
    else if (word.startsWith('-') && !psqlSwitches.test(word)) return word;
  }
  return statements;
}

/** Functions that change, end, sleep, read files or go elsewhere although they stand in a SELECT. */
const changingFunctions =
  /\b(?:pg_(?:terminate|cancel|reload|rotate|promote|switch|create|drop|logical|replication|advisory|try_advisory|read|ls|stat_file|stat_reset|sleep|notify|export|import|backup|start|stop|wal_replay|log_backend|file|database_size_reset)\w*|lo_\w+|dblink\w*|setval|nextval|set_config|query_to_xml\w*|txid_current|currval_reset|copy)\s*\(/i;

function isReadingStatement(text: string): boolean {
  const statement = text.trim().replace(/;\s*$/, '');
  if (/^\\(?:d\w*\+?|l\+?|conninfo|dt\+?|dn\+?|du|x|timing)(?:\s+[\w."*]+)?$/.test(statement)) return !/^\\x$/.test(statement);
  if (statement.includes(';') || statement.includes('\\') || statement.includes('--') || statement.includes('/*')) return false;
  if (/^show\s+[\w. ]+$/i.test(statement)) return true;
  const query = statement.replace(/^explain\s+(?:\((?!.*\banalyze\b)[^)]*\)\s*|verbose\s+)?/i, '');
  if (/^analy[sz]e\b/i.test(query)) return false;
  if (!/^select\b/i.test(query)) return false;
  return (
    !/\b(?:into|for\s+(?:update|share|no\s+key|key\s+share)|insert|update|delete|drop|alter|create|truncate|grant|revoke|call|do|pg_shadow|pg_authid|rolpassword|passwd)\b/i.test(
      query,
    ) && !changingFunctions.test(query)
  );
}

const redisReading = new Set(
  (
    'info ping dbsize llen scard hlen zcard xlen strlen ttl pttl exists type get mget hget hmget hgetall lrange smembers zrange zscore zcount keys scan hscan sscan zscan xinfo xpending ' +
    'xrange lastsave time role bitcount getrange object sismember'
  ).split(' '),
);
const redisTwoWords =
  /^(?:config get (?!.*pass)|client (?:list|info|getname)|memory (?:usage|stats|doctor)|slowlog (?:get|len)|cluster (?:info|nodes|slots|shards)|latency (?:latest|history|doctor)|command count|sentinel (?:masters?|slaves|replicas|get-master-addr-by-name)|pubsub \w+|acl whoami)/;
const redisValues = /^-[hpnau]$/;
const redisSwitches = /^(?:--(?:no-auth-warning|raw|no-raw|csv|json|tls|insecure|latency-history-off|bigkeys|memkeys|hotkeys)|-c)$/;

function classifyRedis(name: string, words: readonly string[]): Verdict {
  const left = [...words];
  while ((left[0] ?? '').startsWith('-')) {
    const word = left.shift() ?? '';
    if (/^(?:-a|--pass|--user)/.test(word)) return change('a password stands in the command');
    if (redisValues.test(word)) left.shift();
    else if (!redisSwitches.test(word)) return change(`${name} with ${JSON.stringify(word)} may do more than read`);
  }
  if (left.length === 0) {
    const isSurvey = words.some((word) => /^--(?:bigkeys|memkeys|hotkeys)$/.test(word));
    return isSurvey ? reading : change(`${name} without a command waits for somebody to type`);
  }
  const command = left.join(' ').toLowerCase();
  const [first = ''] = command.split(' ');
  return redisTwoWords.test(command) || redisReading.has(first) ? reading : change(`${name} ${first} is not one of its reading commands`);
}
