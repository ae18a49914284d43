/** The text filters and shell builtins that a script may use; they reach nothing outside. The interpreter's list, which a test compares. */
const PURE: ReadonlySet<string> = new Set(
  `
  awk base64 basename cat column comm cut dirname echo egrep expr false fgrep fold grep head jq nl paste printf rev sed seq sort tac tail tee tr true uniq
  wc xargs date sleep
  : [ [[ test break continue declare exit export let local mapfile read readarray readonly return set shift shopt typeset unset cd pwd wait type hash getopts
  `
    .trim()
    .split(/\s+/),
);

type Group = { words: string; reason: string; fix?: string };

/** Programs that runbooks call and we recognise, with why they cannot run here. */
const FOREIGN: readonly Group[] = [
  {
    words: `systemctl journalctl service dmesg ps top htop free df du lsof netstat ss ip iptables nft ping dig nslookup host traceroute tracepath mtr nc telnet
    lsblk mount umount fdisk sysctl ulimit uptime vmstat iostat sar nvidia-smi mdadm smartctl fio zpool zfs lvs vgs pvs nmcli ethtool tcpdump hostname uname
    kill pkill killall pgrep strace perf reboot shutdown chronyc timedatectl stat chroot crictl ctr nerdctl crio kubelet kubeadm rpm-ostree ostree getent arp route
    swapon lscpu lspci numactl modprobe ovs-vsctl ovs-ofctl ovs-appctl ovs-dpctl ovn-nbctl ovn-sbctl ovn-appctl ovn-trace nproc who w id mpstat pidstat iotop`,
    reason: 'it runs on a host, which Tocsin has no shell on',
    fix: 'Run it on the machine, or use kubectl exec with a command.',
  },
  {
    words: `aws az gcloud gsutil bq doctl fly flyctl heroku vercel netlify ibmcloud oci ocm rosa eksctl kops hcloud linode-cli cf railway render terraform terragrunt
    tofu pulumi ansible ansible-playbook packer vault consul nomad op sops`,
    reason: 'it works on a cloud account, not on the cluster',
    fix: 'Run it where its credentials are.',
  },
  {
    words: `docker docker-compose podman buildah skopeo helm helmfile kustomize argocd flux istioctl linkerd stern k9s kubectx kubens odf cmctl velero virtctl
    calicoctl cilium hubble krew tkn kn operator-sdk opm crane kind minikube k3s`,
    reason: 'it is a program of your own machine that Tocsin does not have',
    fix: 'Use kubectl for what it shows.',
  },
  {
    words: `psql pg_dump pg_restore pg_isready createdb dropdb mysql mysqldump mysqladmin mongosh mongo mongodump mongorestore redis-cli sqlite3 clickhouse-client
    cqlsh nodetool influx etcdctl etcdutl ceph rados rbd radosgw-admin ceph-objectstore-tool nats rabbitmqctl rabbitmq-diagnostics kafka-topics kafka-topics.sh
    kafka-consumer-groups kafka-consumer-groups.sh promtool amtool thanos logcli mc s3cmd noobaa pgbouncer patronictl kcat`,
    reason: 'it connects to a service directly, which Tocsin cannot',
    fix: 'Use kubectl exec POD -- with this command in a pod that has the program.',
  },
  {
    words: `git gh glab make npm npx yarn pnpm node python python3 pip pip3 poetry uv go cargo java jcmd jstack jmap ruby bundle rake rails php composer perl
    mvn gradle dotnet deno bun alembic celery gunicorn manage.py artisan`,
    reason: 'it is a program of your own machine that Tocsin does not have',
  },
  {
    words: 'ssh scp sftp rsync sudo su toolbox screen tmux vi vim nano emacs less more man open xdg-open ocm-backplane mosh expect',
    reason: 'it is interactive or leads to another machine',
  },
  {
    words: 'bash sh zsh dash ksh source . eval exec env nohup timeout command builtin trap parallel',
    reason: 'it starts a shell or program of its own, whose effect cannot be foreseen',
    fix: 'Write the commands directly into the block.',
  },
  {
    words: `rm cp mv mkdir rmdir chmod chown touch ln ls find tar gzip gunzip zcat zip unzip split truncate dd shred file mktemp diff md5sum sha256sum openssl gpg
    rpm dnf yum apt apt-get brew snap subctl must-gather oc-mirror yq xmllint`,
    reason: 'it works on files or programs of your own machine',
  },
];

const REASONS: ReadonlyMap<string, Group> = new Map(
  FOREIGN.flatMap((group) =>
    group.words
      .trim()
      .split(/\s+/)
      .map((word) => [word, group] as const),
  ),
);

/** Whether a program only turns text into text. */
export function isPure(program: string): boolean {
  return PURE.has(program);
}

/** Why a program cannot run here. `isKnown` is false for one that nobody has heard of, which may be a typing error. */
export function foreignProgram(program: string): { reason: string; fix?: string; isKnown: boolean } {
  const group = REASONS.get(program);
  if (group !== undefined) return { reason: group.reason, ...(group.fix === undefined ? {} : { fix: group.fix }), isKnown: true };
  if (/^\.{0,2}\/|^~\/|\.(?:sh|py|rb|pl)$/.test(program))
    return { reason: 'the script is not in the runbook', fix: 'Write its commands into the block.', isKnown: true };
  return { reason: `"${program}" is no program that Tocsin has`, isKnown: false };
}
