#!/usr/bin/env bash
# Builds the servers that the real tests run against, from Go modules: build.sh [DIR] (default: ~/.cache/tocsin-servers). Needs Go.
# Skips what is newer than its recipe. About seven minutes on two cores the first time, six of them for Kubernetes.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/tocsin-servers}
mkdir -p "$out"
build() { # module folder, package, binary, extra flags...
  local newer
  newer=$(find "$here/$1" -type f -newer "$out/$3" 2>/dev/null || echo missing)
  if [ -x "$out/$3" ] && { [ -z "$newer" ] || [ "$1" != ferretdb ]; }; then return; fi
  echo "building $3"
  (cd "$here/$1" && CGO_ENABLED=0 go build -trimpath -ldflags "-s -w ${LDFLAGS:-}" "${@:4}" -o "$out/$3.part" "$2" && mv "$out/$3.part" "$out/$3")
}
build ferretdb . ferretdb-atomic -tags ferretdb_no_postgresql
build etcd go.etcd.io/etcd/server/v3 etcd
build kwok sigs.k8s.io/kwok/cmd/kwok kwok
version=$(cd "$here/kubernetes" && go list -m -f '{{.Version}}' k8s.io/kubernetes)
minor=${version#v1.} minor=${minor%%.*}
LDFLAGS="-X k8s.io/component-base/version.gitVersion=$version -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=$minor"
for name in kube-apiserver kube-controller-manager kube-scheduler kubectl; do
  build kubernetes "k8s.io/kubernetes/cmd/$name" "$name"
done
# kwok's own default stages (pods become Ready at once, nodes keep their heartbeat), taken from its module.
stages=$(cd "$here/kwok" && go list -m -f '{{.Dir}}' sigs.k8s.io/kwok)/kustomize/stage
for file in "$stages"/pod/fast/*.yaml "$stages"/node/fast/*.yaml "$stages"/node/heartbeat-with-lease/*.yaml; do
  case $file in *kustomization.yaml) ;; *) echo ---; cat "$file" ;; esac
done >"$out/kwok-stages.yaml"
echo "$out"
