#!/usr/bin/env bash
# Redis (or Valkey) and PostgreSQL for the tests that need real servers.
#
#   services.sh install         installs what is missing from the Debian packages, or fails
#   services.sh start <dir>     starts PostgreSQL with its data in the directory, where it does not run yet, and
#                               prints DATABASE_URL=…; 127.0.0.1, a free port
#   services.sh stop <dir>      stops it and removes the directory
set -euo pipefail

postgres_bin() {
  local found
  for found in /usr/lib/postgresql/*/bin /usr/local/pgsql/bin "$(dirname "$(command -v initdb || echo /none/initdb)")"; do
    if [[ -x "$found/initdb" ]]; then
      printf '%s' "$found"
      return
    fi
  done
}
redis_bin() { command -v redis-server || command -v valkey-server || true; }

# PostgreSQL refuses to run as root
as_postgres() {
  if [[ $(id -u) == 0 ]]; then setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"; else "$@"; fi
}

free_port() {
  node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })'
}

case "${1-}" in
install)
  if [[ -n $(redis_bin) && -n $(postgres_bin) ]]; then exit 0; fi
  sudo=
  if [[ $(id -u) != 0 ]]; then sudo=sudo; fi
  export DEBIAN_FRONTEND=noninteractive
  $sudo apt-get update -qq
  $sudo apt-get install -y -qq redis-server postgresql >/dev/null
  [[ -n $(redis_bin) && -n $(postgres_bin) ]]
  ;;
start)
  dir=${2:?a directory}
  bin=$(postgres_bin)
  if [[ -z "$bin" ]]; then
    echo "PostgreSQL is not installed" >&2
    exit 1
  fi
  mkdir -p "$dir"
  if ! [[ -s "$dir/port" ]] || ! as_postgres "$bin/pg_ctl" -D "$dir/data" status >/dev/null 2>&1; then
    mkdir -p "$dir/data"
    if [[ $(id -u) == 0 ]]; then chown postgres "$dir" "$dir/data"; fi
    cd "$dir"
    [[ -s "$dir/data/PG_VERSION" ]] ||
      as_postgres "$bin/initdb" -D "$dir/data" -U postgres -A trust --no-sync --no-instructions -E UTF8 --locale=C >/dev/null
    free_port >"$dir/port"
    as_postgres "$bin/pg_ctl" -D "$dir/data" -w -l "$dir/data/log" -o \
      "-p $(cat "$dir/port") -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=200" \
      start >/dev/null
  fi
  printf 'DATABASE_URL=postgres://postgres@127.0.0.1:%s/postgres\n' "$(cat "$dir/port")"
  ;;
stop)
  dir=${2:?a directory}
  bin=$(postgres_bin)
  if [[ -s "$dir/data/PG_VERSION" ]]; then
    cd "$dir"
    as_postgres "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null || true
  fi
  cd /
  rm -rf "$dir"
  ;;
*)
  sed -n '2,10p' "$0"
  exit 2
  ;;
esac
