#!/usr/bin/env bash
# The answer in one command: sets up, builds, runs `unitcost run` with the options given here, and writes the report.
# Ends with the answer table and the report's path, and with the exit code of the run. `run.sh --help` lists the options;
# list, explain and doctor are passed on as well.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

readonly unitcost=$root/build/release/unitcost

# Sets `directory`, where the run's records go, when the options name it, and `measures` to no when they ask for words only.
read_options() {
  local option previous=''
  directory='' measures=yes host=$(uname -n)
  for option; do
    case $previous in --out | --resume) directory=$option ;; esac
    case $option in
      --out=* | --resume=*) directory=${option#*=} ;;
      --anonymous) host=host ;;
      -h | --help) measures=no ;;
      --dry-run | --dry-run=true | --benchmark_list_tests | --benchmark_list_tests=true) measures=no ;;
    esac
    previous=$option
  done
}

# Writes the report, then shows the table and where the report is.
show_answer() {
  local page status=0
  page=$("$root/scripts/report.sh" "$directory") || status=$?
  cat "$table"
  if ((status != 0)); then
    say "the report could not be written; the records are whole: scripts/report.sh $directory"
    return "$status"
  fi
  printf '\nreport: %s\n' "$page"
}

measure() {
  local status=0
  table=$(mktemp)
  trap 'rm -f "$table"' EXIT
  # The run gets the interrupt too, and ends in its own way.
  trap : INT
  "$unitcost" run "$@" >"$table" || status=$?
  trap - INT
  case $status in
    0) show_answer ;;
    1) show_answer || true ;;
    *) cat "$table" ;;
  esac
  if ((status == 130)); then say "interrupted; go on with: $0 --resume $directory"; fi
  return "$status"
}

"$root/scripts/setup.sh"
say 'building (build/release/build.log)'
build release unitcost

case ${1:-} in list | explain | doctor) exec "$unitcost" "$@" ;; esac
read_options "$@"
if [[ $measures == no ]]; then exec "$unitcost" run "$@"; fi
if [[ -z $directory ]]; then
  directory=$root/results/local/$(date -u +%Y%m%dT%H%M%SZ)-$host
  set -- --out "$directory" "$@"
fi
measure "$@"
