import { table } from '../kernel/table.ts';
import { isReadingStatement } from './exec-sql.ts';
import { change, reading, type Verdict } from './exec-verdict.ts';

/** Clients of databases, queues and clusters, in the forms that only read; undefined for other programs. */
export function classifyClient(name: string, words: readonly string[]): Verdict | undefined {
  if (name === 'psql') return classifyPsql(words);
  if (name === 'redis-cli' || name === 'valkey-cli') return classifyRedis(name, words);
  const forms = clients.get(name) ?? (kafkaTools.test(name) ? kafkaForms : undefined);
  if (forms === undefined) return undefined;
  const text = words.join(' ');
  return forms.some((form) => form.test(text)) && !words.some((word) => /^[;&|<>]+$|\s/.test(word))
    ? reading
    : change(`${name} ${text} is not one of its reading forms`);
}

/** Which flags stand before the subcommand, and which of them take a word: were that left open, a value could pass for the subcommand. */
const etcdFlags = String.raw`(?:(?:-w|--(?:endpoints|cacert|cert|key|user|write-out|\w+-timeout|discovery-srv[\w-]*))(?:=|\s+)[\w./:,-]+\s+|--(?:debug|hex|insecure-[\w-]+)\s+)*`;
const etcdGetFlags = String.raw`(?:\s+(?:-w[\s=]\w+|--(?!prefix|from-key)[\w-]+(?:=\S+)?))*`;
const etcd = (words: string): RegExp => new RegExp(`^${etcdFlags}${words}`);

/** Others of that family start, stop and delete, some whatever they are told. */
const kafkaTools =
  /^kafka-(?:topics|configs|acls|log-dirs|features|transactions|reassign-partitions|client-metrics|(?:consumer-|share-|streams-)?groups)(?:\.sh)?$/;
const kafkaForms = [
  /^(?!.*--(?:alter|delete|create|reset-offsets|execute|add|remove|set|elect|generate))(?=.*--(?:describe|list)(?:\s|$))/,
];

/** What the words after the program must look like. */
const clients = table<readonly RegExp[]>({
  etcdctl: [
    etcd(String.raw`(?:endpoint (?:status|health|hashkv)|member list|alarm list|version)(?:\s|$)`),
    // Many values at once are a dump of everything, secrets among it; their keys are not.
    etcd(String.raw`get(?=\s)(?=.*\s--(?:keys|count)-only(?:\s|$))`),
    etcd(String.raw`get${etcdGetFlags}\s+(?!-)\S+${etcdGetFlags}$`),
  ],
  ceph: [
    /^(?:-s|status|health(?: detail)?|df(?: detail)?|versions|fsid)(?: (?:-f|--format) [\w-]+)?$/,
    /^(?:osd (?:stat|tree|df(?: tree)?|status|perf|dump|lspools|blocked-by|pool ls(?: detail)?)|mon (?:stat|dump)|mgr stat|mds stat|fs (?:ls|status)|pg (?:stat|dump(?:_stuck)?(?: \w+)?)|quorum_status|crash ls|orch (?:ls|ps|status))(?: (?:-f|--format) [\w-]+)?$/,
  ],
  rabbitmqctl: [
    /^(?:-[qs]\s+|-n\s+\S+@\S+\s+|--(?:quiet|silent)\s+)*(?:list_(?!user)\w+|status|cluster_status|node_health_check|ping|report|environment)(?:\s+[\w,=/.-]+)*$/,
  ],
  'rabbitmq-diagnostics': [
    /^(?:-q\s+)?(?:status|cluster_status|ping|check_\w+|alarms|listeners|memory_breakdown|server_version|list_\w+)(?:\s+[\w,=/.-]+)*$/,
  ],
  nats: [
    /^(?:(?:-s|--(?:server|context|user|password|creds|nkey|tls\w+|timeout|js-domain|domain))[= ]\S+\s+)*(?:server (?:check|info|list|ls|ping|report)|stream (?:info|ls|list|report|state)|consumer (?:info|ls|list|report)|account info|rtt)(?:\s|$)/,
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
  ip: [
    /^(?:-(?:4|6|s|o|d|j|p|c|br|brief|stats|details|json)\s+)*(?:a|addr|address|r|route|l|link|n|neigh)(?: (?:show|list|ls))?(?: dev \w+)?$/,
  ],
});

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

const redisReading = new Set(
  (
    'info ping dbsize llen scard hlen zcard xlen strlen ttl pttl exists type get mget hget hmget hgetall lrange smembers zrange zscore zcount keys scan hscan sscan zscan xinfo xpending ' +
    'xrange lastsave time role bitcount getrange object sismember'
  ).split(' '),
);
const redisTwoWords =
  /^(?:client (?:list|info|getname)|memory (?:usage|stats|doctor)|slowlog (?:get|len)|cluster (?:info|nodes|slots|shards)|latency (?:latest|history|doctor)|command count|sentinel (?:masters?|slaves|replicas|get-master-addr-by-name)|pubsub \w+|acl whoami)/;
const redisValues = /^-[hpnu]$/;

/** Settings of redis that are passwords. A pattern may mean them too: `config get *`. */
const redisPasswords = ['requirepass', 'masterauth', 'masteruser', 'tls-key-file-pass', 'tls-client-key-file-pass'];

function showsPassword(settings: readonly string[]): boolean {
  return settings.some((setting) => {
    if (!/^[\w*?-]+$/.test(setting)) return true;
    const pattern = new RegExp(`^${setting.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i');
    return redisPasswords.some((name) => pattern.test(name));
  });
}

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
  return classifyRedisCommand(name, left);
}

function classifyRedisCommand(name: string, words: readonly string[]): Verdict {
  const command = words.join(' ').toLowerCase();
  const [first = ''] = command.split(' ');
  if (command.startsWith('config get ')) return showsPassword(words.slice(2)) ? change('it shows passwords of redis') : reading;
  return redisTwoWords.test(command) || redisReading.has(first) ? reading : change(`${name} ${first} is not one of its reading commands`);
}
