# shellcheck shell=bash
# The functions that several scripts share. They source this file.

name=${0##*/}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=''
broker_uri=''
broker_pid=''
# Whether the broker must be a container
only_container=''

say() { printf '%s: %s\n' "$name" "$*" >&2; }

fail() { # fail SENTENCE [LOG]: says it, shows the end of the log that knows more, and ends
  if [[ -n ${2:-} && -s $2 ]]; then
    printf '%s\n' '--- the log ends with ---' >&2
    tail -n 25 "$2" >&2
    printf '%s\n' '-------------------------' >&2
  fi
  say "$1"
  exit 1
}

need() { # need PROGRAM SENTENCE
  command -v "$1" >/dev/null || fail "$2"
}

need_jdk_and_maven() {
  # Maven and this script must mean the same Java
  if [[ -n ${JAVA_HOME:-} ]]; then
    [[ -x $JAVA_HOME/bin/java ]] || fail "JAVA_HOME=$JAVA_HOME holds no bin/java: set it to a JDK 17 or later, or unset it."
    PATH=$JAVA_HOME/bin:$PATH
  fi
  need java 'there is no java: install a JDK 17 or later.'
  need javac 'there is a java but no javac: install a JDK 17 or later, not only a JRE.'
  need mvn 'there is no mvn: install Maven 3.6.3 or later.'
  java_version=$(java -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p' | head -n 1)
  # 1.8.0_412 is 8
  local number=${java_version#1.}
  number=${number%%[!0-9]*}
  ((${number:-0} >= 17)) || fail "java is version ${java_version:-unknown}: a JDK 17 or later is needed; set JAVA_HOME to one."
}

begin() { # begin: from here on, whatever happens, finish stops what was started
  trap finish EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  trap 'exit 129' HUP
  work=$(mktemp -d "${TMPDIR:-/tmp}/fib-$name.XXXXXX")
}

start() { # start LOG COMMAND...: in the background, with its output in LOG (- for none of its own); sets $started
  local log=$1
  shift
  # Job control gives it a process group of its own: everything it starts can be ended with it, and Ctrl-C reaches only
  # this script, which then stops all in order
  set -m
  if [[ $log == - ]]; then
    "$@" </dev/null &
  else
    "$@" </dev/null >"$log" 2>&1 &
  fi
  started=$!
  set +m
}

# A wait, unlike a command in the foreground, lets a signal through at once
finished() { wait "$1"; } # finished PID: waits for its end, and ends as it did

stop() { # stop PID...: ends those process groups, by force after 20 s
  local group i
  for group in "$@"; do kill -TERM -- "-$group" 2>/dev/null || true; done
  for group in "$@"; do
    for ((i = 0; i < 200; i++)); do
      kill -0 -- "-$group" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL -- "-$group" 2>/dev/null || true
    wait "$group" 2>/dev/null || true
  done
}

find_broker() { exec "$root/scripts/broker" ${only_container:+--container} --started "$work/broker-started" >"$work/broker-uri"; }

get_broker() { # get_broker: sets $broker_uri, having started a broker if there was none
  start - find_broker
  broker_pid=$started
  finished "$broker_pid" || fail 'there is no broker: see the reason above.'
  broker_pid=''
  broker_uri=$(<"$work/broker-uri")
}

shown_broker() { # the URI without its password
  printf '%s' "$broker_uri" | sed -E 's#//([^:@/]*):[^@]*@#//\1:***@#'
}

finish() {
  local rc=$?
  # A second Ctrl-C must not leave half of it running
  trap '' INT TERM HUP
  trap - EXIT
  set +e
  # Only scripts/broker itself, not its group: an installation that runs is better finished than broken off
  if [[ -n ${broker_pid:-} ]]; then
    kill -TERM "$broker_pid" 2>/dev/null
    wait "$broker_pid" 2>/dev/null
  fi
  # Asked of the shell, so that no process is missed that was started a moment ago
  # shellcheck disable=SC2046
  stop $(jobs -p)
  # Ours to stop only if our own call started it
  if [[ -n $work && -e $work/broker-started ]]; then "$root/scripts/broker" --stop 2>/dev/null; fi
  if [[ -n $work ]]; then rm -rf "$work"; fi
  exit "$rc"
}
