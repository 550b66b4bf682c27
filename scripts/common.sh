# shellcheck shell=bash
# What the entry scripts share; sourced, never started.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly root

# One sentence about what the script does; on stderr, so that stdout holds results only.
say() { printf '%s: %s\n' "${0##*/}" "$1" >&2; }

# fail SENTENCE [STATUS]: ends the script.
fail() {
  say "$1"
  exit "${2:-1}"
}

# quietly LOG COMMAND...: runs with the output appended to LOG, whose end is shown when the command fails.
quietly() {
  local log=$1 status=0
  shift
  "$@" >>"$log" 2>&1 || status=$?
  if ((status != 0)); then
    tail -n 40 "$log" >&2
    say "failed with exit code $status: $* (the whole output is in $log)"
  fi
  return "$status"
}

# build PRESET TARGET...: configures where that is due, and builds; the log is build/PRESET/build.log.
build() {
  local preset=$1 directory=$root/build/$1
  shift
  mkdir -p "$directory"
  : >"$directory/build.log"
  # The build itself sees a change of CMakeLists.txt, but none of the presets.
  if [[ ! $directory/build.ninja -nt $root/CMakePresets.json ]]; then
    quietly "$directory/build.log" cmake -S "$root" --preset "$preset"
  fi
  # As many jobs as CPUs: ninja's own choice of one more makes jobs of this size wait for each other's caches and memory.
  quietly "$directory/build.log" cmake --build "$directory" --parallel "$(nproc)" --target "$@"
}
