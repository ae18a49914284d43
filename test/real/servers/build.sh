#!/usr/bin/env bash
# Builds the servers that the real tests run against, from Go modules: build.sh [DIR] (default: ~/.cache/tocsin-servers). Needs Go.
# Skips what is newer than its recipe. About a minute the first time.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/tocsin-servers}
mkdir -p "$out"
build() { # module folder, package, binary, extra flags...
  local newer
  newer=$(find "$here/$1" -type f -newer "$out/$3" 2>/dev/null || echo missing)
  if [ -x "$out/$3" ] && [ -z "$newer" ]; then return; fi
  echo "building $3"
  (cd "$here/$1" && CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" "${@:4}" -o "$out/$3.part" "$2" && mv "$out/$3.part" "$out/$3")
}
build ferretdb . ferretdb-atomic -tags ferretdb_no_postgresql
echo "$out"
