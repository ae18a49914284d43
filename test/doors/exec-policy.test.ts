import { describe, expect, it } from 'vitest';
import { createExecPolicy } from '../../src/doors/exec-policy.ts';

const policy = createExecPolicy();
const typeOf = (argv: readonly string[]) => policy.classify(argv).type;
const words = (line: string) => line.split(' ');

describe('commands that only read', () => {
  it.each([
    'ls -la /data',
    'cat /etc/nginx/nginx.conf',
    'df -h',
    'nvidia-smi',
    'nvidia-smi --query-gpu=memory.used --format=csv',
    'nats-server --version',
    'java -version',
    'curl -s http://localhost:8080/health',
    'curl -sf -o /dev/null -w %{http_code} localhost:8080/health',
    'curl -X GET http://localhost:8080/health',
    'wget -qO- http://localhost:8080/metrics',
    'wget -q -O - http://localhost',
    'nslookup kubernetes.default',
    'timeout 5 curl -s http://localhost',
    'nice -n 10 ls',
    'redis-cli -h redis info memory',
    'redis-cli config get maxmemory',
    'etcdctl endpoint status --write-out=table',
    'etcdctl --endpoints=https://127.0.0.1:2379 endpoint health',
    'ceph status',
    'ceph osd tree',
    'rabbitmqctl list_queues name messages',
    'kafka-topics.sh --bootstrap-server localhost:9092 --describe --topic a',
    'kafka-consumer-groups --bootstrap-server b:9092 --list',
    'psql -U app -l',
    'find /data -name x',
    'top -bn1',
  ])('%s', (line) => {
    expect(typeOf(words(line))).toBe('reading');
  });

  it.each([
    [['psql', '-U', 'app', '-c', 'select count(*) from jobs']],
    [['psql', '-c', 'SHOW max_connections;']],
    [['psql', '-tAc', 'explain select 1']],
    [['psql', '-c', "SELECT pid, state FROM pg_stat_activity WHERE state = 'active' LIMIT 5;"]],
    [['sh', '-c', 'df -h']],
    [['/bin/bash', '-c', "curl -s 'http://localhost:8080/health'"]],
  ])('%j', (argv) => {
    expect(typeOf(argv)).toBe('reading');
  });
});

describe('everything else is a change', () => {
  it.each([
    'rm -rf /data',
    'nats-sub test',
    'curl -s -X POST http://localhost:8080/reset',
    'curl -sX POST http://localhost:8080/reset',
    'curl -XDELETE http://localhost:8080/reset',
    'curl --request=POST http://localhost',
    'curl --request POST http://localhost',
    'curl -d a=b http://localhost',
    'curl -da=b http://localhost',
    'curl --data-raw=x http://localhost',
    'curl --json {} http://localhost',
    'curl -F file=@/etc/hosts http://localhost',
    'curl -T /etc/hosts http://localhost',
    'curl -o /etc/x http://localhost',
    'curl -o/etc/x http://localhost',
    'curl -so /etc/x http://localhost',
    'curl -O http://localhost/x',
    'curl --output=/etc/x http://localhost',
    'curl -K /tmp/config http://localhost',
    'curl --config /tmp/config',
    'curl file:///etc/passwd',
    'curl --url file:///etc/passwd',
    'curl -H @/etc/hosts http://localhost',
    'curl -w %output{/etc/x}a http://localhost',
    'curl -c /etc/x http://localhost',
    'curl -D /etc/x http://localhost',
    'curl http://localhost --next -X POST http://localhost',
    'wget http://localhost/x',
    'wget -O /etc/x http://localhost',
    'wget -qO/etc/x http://localhost',
    'wget -qO- --post-data=x http://localhost',
    'wget -qO- --method=DELETE http://localhost',
    'redis-cli flushall',
    'redis-cli FLUSHALL',
    'redis-cli config set maxmemory 1',
    'redis-cli eval x 0',
    'redis-cli --eval /tmp/x.lua',
    'redis-cli',
    'find /data -delete',
    'find /data -exec rm {} ;',
    'find /data -fprint /etc/x',
    'env FOO=1 rm -rf /data',
    'env FOO=1 ls',
    'env -S ls',
    'timeout 5 rm -rf /data',
    'timeout -k 1 5 rm x',
    'nice rm x',
    'nohup rm x',
    'xargs rm',
    'ls ; rm x',
    'sort -o /etc/x /data',
    'uniq a b',
    'date -s 2020-01-01',
    'hostname evil',
    'nvidia-smi -r',
    'nvidia-smi --gpu-reset -i 0',
    'kafka-topics --bootstrap-server b:9092 --delete --topic a',
    'kafka-consumer-groups --describe --reset-offsets',
    'etcdctl del foo',
    'etcdctl --endpoints=x put a b',
    'ceph osd out 1',
    'rabbitmqctl stop_app',
    'psql',
    'psql -f /tmp/x.sql',
    '/tmp/ls -la',
    './cat x',
    'tee /etc/x',
    'kill 1',
    'top',
    'sh',
    'bash -c',
    'ip link set eth0 down',
  ])('%s', (line) => {
    expect(typeOf(words(line))).toBe('change');
  });

  it.each([
    [['psql', '-c', 'select pg_terminate_backend(1)']],
    [['psql', '-c', 'select pg_reload_conf ()']],
    [['psql', '-c', 'select 1; drop table x']],
    [['psql', '-c', 'explain analyze delete from x']],
    [['psql', '-c', 'explain (analyze, buffers) select 1']],
    [['psql', '-c', 'explain (analyze) delete from x']],
    [['psql', '-c', 'select * into y from x']],
    [['psql', '-c', 'select 1', '-c', 'drop table x']],
    [['psql', '-c', String.raw`\! rm -rf /`]],
    [['psql', '-c', String.raw`\copy x to '/etc/x'`]],
    [['psql', '-c', 'with a as (delete from x returning 1) select 1']],
    [['sh', '-c', 'ls; rm x']],
    [['sh', '-c', 'ls && rm x']],
    [['sh', '-c', 'ls | xargs rm']],
    [['sh', '-c', 'echo x > /etc/x']],
    [['sh', '-c', 'ls $(rm x)']],
    [['sh', '-c', 'ls `rm x`']],
    [['sh', '-c', 'ls\nrm x']],
    [['sh', '-c', 'A=1 rm x']],
    [['bash', '-lc', 'df -h']],
    [['sh', '-c', 'rm x']],
    [[]],
    [['']],
  ])('%j', (argv) => {
    expect(typeOf(argv)).toBe('change');
  });
});

describe('what shows secrets is refused', () => {
  it.each([
    'printenv',
    'env',
    'env -0',
    '/usr/bin/env',
    'timeout 5 printenv',
    'cat /var/run/secrets/kubernetes.io/serviceaccount/token',
    'cat /run/secrets/db',
    'cat /var/run/../run/./secrets/x',
    'cat //var//run//secrets/x',
    'ls /var/run/secrets',
    'cat /proc/1/environ',
    'cat /proc/self/environ',
    'head -c 100 /proc/1/environ',
    'cat /etc/ssl/private/tls.key',
    'cat /root/.ssh/id_rsa',
    'cat /root/.aws/credentials',
    'cat /app/.env',
    'grep x /etc/shadow',
    'nice cat /etc/tls/server.pem',
    'curl -H @/var/run/secrets/x http://localhost',
  ])('%s', (line) => {
    expect(typeOf(words(line))).toBe('refused');
  });

  it.each([[['sh', '-c', 'cat /var/run/secrets/x']], [['sh', '-c', 'env | grep PASS']], [['bash', '-c', 'printenv']]])('%j', (argv) => {
    expect(typeOf(argv)).toBe('refused');
  });
});

it('a team can add commands of its own, and no more than these', () => {
  const own = createExecPolicy({ reading: ['nats-sub test', 'app-status'] });
  expect(own.classify(['nats-sub', 'test']).type).toBe('reading');
  expect(own.classify(['nats-sub', 'other']).type).toBe('change');
  expect(own.classify(['app-status', '-v']).type).toBe('reading');
  expect(own.classify(['app-status', ';', 'rm']).type).toBe('change');
  expect(own.classify(['app-status', '/var/run/secrets/x']).type).toBe('refused');
});
