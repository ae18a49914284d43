/** Programs that start a command line in the runbooks of public projects. Used where a block has no language and for code in prose. */
const PROGRAMS: ReadonlySet<string> = new Set(
  `
  kubectl oc k curl wget watch helm kustomize argocd flux istioctl linkerd stern k9s kubectx kubens odf cmctl velero virtctl
  docker docker-compose podman crictl ctr nerdctl crio buildah skopeo
  aws az gcloud gsutil bq doctl fly flyctl heroku vercel terraform terragrunt tofu pulumi ansible ansible-playbook vault consul nomad
  psql pg_dump pg_restore mysql mysqldump mongosh mongo redis-cli sqlite3 clickhouse-client cqlsh influx etcdctl etcdutl
  ceph rados rbd radosgw-admin zpool zfs lvs vgs pvs mdadm smartctl fio
  nats nats-server rabbitmqctl kafka-topics kafka-topics.sh kafka-consumer-groups kafka-consumer-groups.sh
  systemctl journalctl service dmesg ps top htop free df du ls cat tail head grep egrep awk sed jq yq sort find xargs echo printf
  export source cd rm cp mv mkdir chmod chown chroot toolbox touch tar gzip test sleep date env kill pkill lsof netstat ss ip iptables nft
  ping dig nslookup host traceroute tracepath mtr nc telnet openssl ssh scp rsync sudo su lsblk mount umount fdisk sysctl ulimit uptime vmstat iostat sar nvidia-smi
  git make npm npx yarn pnpm node python python3 pip go cargo java jcmd jstack promtool amtool thanos logcli mc nmcli ethtool tcpdump
  ovn-nbctl ovn-sbctl ovn-appctl ovs-vsctl ovs-ofctl ovs-appctl rpm-ostree ostree rpm dnf yum apt apt-get must-gather subctl noobaa s3cmd
  for while if until
  `
    .trim()
    .split(/\s+/),
);

/** Those that may also start an English sentence, or name a thing, when they stand in prose. */
const ALSO_WORDS: ReadonlySet<string> = new Set(
  'for while if until test service host find sort top free date env kill source make go node watch echo head tail cat ip mount touch k su'.split(
    ' ',
  ),
);

/** The program a command line starts, after `sudo` and variable assignments: "kubectl" of `FOO=1 kubectl get pods`. */
function programOf(line: string): string | undefined {
  const rest = line.trimStart().replace(/^(?:[A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|[^\s"']*)\s+)*(?:sudo\s+(?=[a-z.]))?/, '');
  return /^[^\s;|&<>()]+/.exec(rest)?.[0];
}

/** Whether a line starts with a program we know, with a path, or sets a variable from a command. */
export function startsKnownProgram(line: string): boolean {
  if (/^\s*[A-Za-z_]\w*="?(\$\(|`)/.test(line)) return true;
  const program = programOf(line);
  if (program === undefined) return false;
  return PROGRAMS.has(program) || /^\.{0,2}\/[\w-][\w./-]*$/.test(program);
}

/** Whether what follows "# " is a command and not a comment: a program we know, and no word that starts a sentence. */
export function followsRootPrompt(text: string): boolean {
  const program = programOf(text) ?? '';
  return startsKnownProgram(text) && (!ALSO_WORDS.has(program) || /^\S+(\s+[-/]|\s*$)/.test(text));
}

/** Programs whose bare verb is talked about more often than it is run: "see `kubectl logs`". */
const NEEDS_TARGET: ReadonlySet<string> = new Set(['kubectl', 'oc', 'docker', 'podman', 'helm', 'git', 'aws', 'az', 'gcloud']);

/** Whether code in prose is a whole command and not the mention of one: a program we know, its arguments, and nothing left out. */
export function isInlineCommand(text: string): boolean {
  const program = programOf(text);
  if (program === undefined || !PROGRAMS.has(program) || ALSO_WORDS.has(program) || /\.\.\.|…/.test(text)) return false;
  const words = text.slice(text.indexOf(program)).trim().split(/\s+/).length;
  return words >= (NEEDS_TARGET.has(program) ? 3 : 2);
}
