#!/usr/bin/env bash
# Starts a Kubernetes control plane on loopback with fake kubelets (kwok), in the foreground until SIGTERM or SIGINT:
#   control-plane.sh BIN_DIR DATA_DIR [PORT_BASE]
# Writes DATA_DIR/kubeconfig (cluster admin) and then DATA_DIR/ready. Pods become Ready at once; `logs` shows DATA_DIR/app.log; `exec` runs the
# command on this machine in DATA_DIR, looked for in DATA_DIR/bin first (a failing one answers InternalError instead of its exit code: kwok's
# difference from a kubelet). DATA_DIR/NAME.pid holds each server's process id; SIGUSR1 starts an API server that was killed again.
set -euo pipefail
bin=$(cd "$1" && pwd); mkdir -p "$2"; data=$(cd "$2" && pwd); base=${3:-16440}
api=$((base + 3)) kubelet=$((base + 7)) etcd=$((base + 9)) peer=$((base + 10))
cd "$data"; rm -f ready; pids=()
trap 'kill -KILL "${pids[@]}" 2>/dev/null || true' EXIT
trap 'exit 0' INT TERM
start() { "$bin/$1" "${@:2}" >>"$1.log" 2>&1 & pids+=($!); echo $! >"$1.pid"; }
[ -f sa.key ] || openssl genrsa -out sa.key 2048 2>/dev/null
[ -f kwok.key ] || openssl req -x509 -newkey rsa:2048 -nodes -keyout kwok.key -out kwok.crt -days 30 -subj /CN=kwok -addext 'subjectAltName=IP:127.0.0.1' 2>/dev/null
[ -f admin.token ] || openssl rand -hex 16 >admin.token
echo "$(cat admin.token),admin,admin,\"system:masters\"" >tokens.csv
[ -f app.log ] || for i in $(seq 40); do echo "2026-01-01T00:00:00.000000000Z stdout F line $i"; done >app.log
start etcd --data-dir etcd --listen-client-urls "http://127.0.0.1:$etcd" --advertise-client-urls "http://127.0.0.1:$etcd" \
  --listen-peer-urls "http://127.0.0.1:$peer" --initial-advertise-peer-urls "http://127.0.0.1:$peer" --initial-cluster "default=http://127.0.0.1:$peer" --unsafe-no-fsync
start_api() { start kube-apiserver --etcd-servers "http://127.0.0.1:$etcd" --bind-address 127.0.0.1 --secure-port "$api" --cert-dir certs \
  --service-account-key-file sa.key --service-account-signing-key-file sa.key --service-account-issuer https://kubernetes.default.svc \
  --token-auth-file tokens.csv --authorization-mode RBAC --service-cluster-ip-range 10.96.0.0/16 --kubelet-preferred-address-types InternalIP; }
start_api
for _ in $(seq 240); do
  curl -sk -H "Authorization: Bearer $(cat admin.token)" "https://127.0.0.1:$api/readyz" 2>/dev/null | grep -q '^ok' && break
  kill -0 "${pids[@]}" 2>/dev/null || { echo "a server stopped: see $data/*.log" >&2; exit 1; }
  sleep 0.25
done
cat >kubeconfig <<K
apiVersion: v1
kind: Config
clusters: [{name: test, cluster: {server: "https://127.0.0.1:$api", insecure-skip-tls-verify: true}}]
users: [{name: admin, user: {token: "$(cat admin.token)"}}]
contexts: [{name: test, context: {cluster: test, user: admin}}]
current-context: test
K
# The fake kubelets send no heartbeats: without the long grace every node would be taken for dead within a minute.
start kube-controller-manager --kubeconfig kubeconfig --node-monitor-grace-period 24h --service-account-private-key-file sa.key --use-service-account-credentials --leader-elect=false --bind-address 127.0.0.1 --secure-port 0
start kube-scheduler --kubeconfig kubeconfig --leader-elect=false --bind-address 127.0.0.1 --secure-port 0
cat >kwok.yaml <<K
apiVersion: kwok.x-k8s.io/v1alpha1
kind: ClusterLogs
metadata: {name: all}
spec: {logs: [{logsFile: $data/app.log}]}
---
apiVersion: kwok.x-k8s.io/v1alpha1
kind: ClusterExec
metadata: {name: all}
spec: {execs: [{local: {workDir: $data}}]}
K
PATH="$data/bin:$PATH" start kwok --kubeconfig kubeconfig --manage-all-nodes --config kwok.yaml --config "$bin/kwok-stages.yaml" \
  --node-ip 127.0.0.1 --node-port "$kubelet" --server-address "127.0.0.1:$kubelet" --tls-cert-file kwok.crt --tls-private-key-file kwok.key
"$bin/kubectl" --kubeconfig kubeconfig apply -f - >/dev/null <<'K'
apiVersion: v1
kind: Node
metadata: {name: node-0, annotations: {kwok.x-k8s.io/node: fake}, labels: {kubernetes.io/os: linux}}
status: {allocatable: {cpu: "32", memory: 256Gi, pods: "110"}, capacity: {cpu: "32", memory: 256Gi, pods: "110"}}
K
trap start_api USR1
touch ready; echo "ready: $data/kubeconfig"
until wait; do :; done
