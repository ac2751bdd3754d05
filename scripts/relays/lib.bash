# shellcheck shell=bash
# What the recipes share: private state, ports, starting a relay and ending it for good.
#
# A recipe's `up` sources this file, calls relay_begin, writes its configuration into "$state" and
# calls relay_start; `down` calls relay_begin and relay_stop. From the environment:
#   LISTEN_PORT    where the relay listens (127.0.0.1 only)        needed by `up`
#   UPSTREAM_PORT  where the provider listens (127.0.0.1)          needed by `up`
#   RELAY_STATE    private directory of this relay                 default .relays/NAME-VARIANT
#   RELAY_WAIT     seconds to wait until the relay accepts         default 15

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
state=""
relay=""

say() { printf '%s\n' "$*" >&2; }
die() {
  say "error: $*"
  exit "${die_code:-1}"
}

# True if something accepts on 127.0.0.1:$1.
port_accepts() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# A port below the ephemeral range that nothing accepts on, other than $1.
free_port() {
  local port tries
  for ((tries = 0; tries < 200; tries++)); do
    port=$((20000 + RANDOM % 10000))
    [[ $port != "${1:-}" ]] && ! port_accepts "$port" && break
    port=""
  done
  [[ -n $port ]] || die "found no free port between 20000 and 29999"
  printf '%s' "$port"
}

# Dies unless the variable named $1 holds a port.
need_port() {
  local value=${!1:-}
  if [[ ! $value =~ ^[1-9][0-9]{0,4}$ ]] || ((value > 65535)); then
    die "$1 must be set to a port (1 to 65535), it is '$value'"
  fi
}

# Dies unless the program $1 is there; $2 is the word for scripts/relays/install.
need_program() {
  PATH="$PATH:/usr/sbin:/sbin"
  command -v "$1" >/dev/null || die "$1 is missing: run scripts/relays/install $2"
}

# relay_begin NAME VARIANT "KNOWN VARIANTS": sets $relay and $state, makes the private directory.
relay_begin() {
  [[ " $3 " == *" $2 "* ]] || die "$1 has no variant '$2'; there are: $3"
  relay="$1/$2"
  state=${RELAY_STATE:-$repository/.relays/$1-$2}
  mkdir -p "$state" || die "cannot make the state directory $state"
  chmod 700 "$state"
  state=$(cd "$state" && pwd -P)
}

# The processes that belong to this relay: those of the session that `up` opened which still sit
# in the state directory or below it. A process id that was given to somebody else meanwhile matches neither.
relay_processes() {
  local leader stat rest directory directory_of
  [[ -s $state/pid ]] || return 0
  leader=$(<"$state/pid")
  [[ $leader =~ ^[0-9]+$ ]] || return 0
  for directory in /proc/[0-9]*; do
    stat=$(cat "$directory/stat" 2>/dev/null) || continue
    # After the command's closing parenthesis: state, parent, group, session.
    read -r -a rest <<<"${stat##*) }"
    [[ ${rest[3]} == "$leader" && ${rest[0]} != Z ]] || continue
    directory_of=$(readlink "$directory/cwd" 2>/dev/null) || continue
    [[ ${directory_of% (deleted)} == "$state" || $directory_of == "$state"/* ]] || continue
    printf '%s\n' "${directory#/proc/}"
  done
}

# relay_stop: TERM, up to five seconds, KILL; says what it did, and is content with nothing to do.
relay_stop() {
  local processes tries
  processes=$(relay_processes)
  if [[ -z $processes ]]; then
    rm -f "$state/pid" "$state/settings"
    return 0
  fi
  # shellcheck disable=SC2086  # one argument for each process
  kill -TERM $processes 2>/dev/null || true
  for ((tries = 0; tries < 100; tries++)); do
    processes=$(relay_processes)
    [[ -n $processes ]] || break
    sleep 0.05
  done
  for ((tries = 0; tries < 40; tries++)); do
    processes=$(relay_processes)
    [[ -n $processes ]] || break
    # shellcheck disable=SC2086
    kill -KILL $processes 2>/dev/null || true
    sleep 0.05
  done
  [[ -z $processes ]] || die "$relay does not end: processes $processes"
  rm -f "$state/pid" "$state/settings"
}

# relay_unchanged: true if the relay is already up with these very ports.
relay_unchanged() {
  [[ -f $state/settings && $(<"$state/settings") == "$LISTEN_PORT $UPSTREAM_PORT" ]] &&
    [[ -n $(relay_processes) ]] && port_accepts "$LISTEN_PORT"
}

# relay_ready: ends `up` early if there is nothing to do, otherwise clears the way for a new start.
relay_ready() {
  need_port LISTEN_PORT
  need_port UPSTREAM_PORT
  if relay_unchanged; then
    say "$relay is already up on 127.0.0.1:$LISTEN_PORT"
    exit 0
  fi
  relay_stop
  ! port_accepts "$LISTEN_PORT" ||
    die "port $LISTEN_PORT is taken: stop what listens there or set LISTEN_PORT to another"
}

# relay_start COMMAND…: runs it in a session of its own, in the state directory, with its output in
# $state/log, and waits until the port accepts.
relay_start() {
  local log=$state/log deadline=$((SECONDS + ${RELAY_WAIT:-15}))
  (cd "$state" && exec setsid "$@") </dev/null >"$log" 2>&1 &
  printf '%s\n' "$!" >"$state/pid"
  printf '%s %s' "$LISTEN_PORT" "$UPSTREAM_PORT" >"$state/settings"
  local started=$!
  until port_accepts "$LISTEN_PORT"; do
    if ! kill -0 "$started" 2>/dev/null; then
      relay_failed "$relay ended at once" "$log"
    elif ((SECONDS >= deadline)); then
      relay_failed "$relay did not accept on port $LISTEN_PORT in ${RELAY_WAIT:-15} s" "$log"
    fi
    sleep 0.05
  done
  say "$relay is up: 127.0.0.1:$LISTEN_PORT forwards to 127.0.0.1:$UPSTREAM_PORT"
}

relay_failed() {
  relay_stop
  say "the end of its log:"
  tail -n 20 "$2" | sed 's/^/  /' >&2
  die "$1; its log is $2"
}
