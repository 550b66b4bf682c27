#!/usr/bin/env bash
# Builds and tests everything: test.sh [--sanitizers]
#
#   --sanitizers  instead: the C++ unit tests under address + undefined and under thread sanitizer
#
# Says how long each step took; the last line is the sum of all tests: "N passed, N failed, N skipped".
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

readonly python=$root/.venv/bin/python
results=() # JUnit files of what was run
failed=no

# timed WHAT COMMAND...
timed() {
  local what=$1 started=$SECONDS
  shift
  say "$what"
  "$@"
  say "$what: $((SECONDS - started)) s"
}

# A failed suite does not keep the next one from running.
timed_tests() {
  local what=$1 started=$SECONDS
  shift
  say "$what"
  "$@" || failed=yes
  say "$what: $((SECONDS - started)) s"
}

# Each process of ctest's leaves a file of results, named as it is: one that died is missed by its name.
cpp_tests() {
  local preset=$1 folder=$root/build/$1/test-results names
  cd "$root"
  rm -rf "$folder"
  timed_tests "C++ tests, $preset" ctest --preset "$preset"
  mapfile -t names < <(ctest --preset "$preset" --show-only | sed -n 's/^ *Test *#[0-9]*: //p')
  ((${#names[@]} > 0)) || failed=yes
  names=("${names[@]/#/$folder/}")
  results+=("${names[@]/%/.xml}")
}

python_tests() {
  local result=$root/build/pytest.xml
  cd "$root"
  rm -f "$result"
  timed_tests 'script tests' "$python" -m pytest -q -n "$(nproc)" --dist loadfile --junit-xml "$result"
  results+=("$result")
}

everything() {
  timed 'build, release' build release all
  cpp_tests release
  python_tests
}

under_sanitizers() {
  # With the product: it is only here that clang compiles the measures.
  timed 'build, asan' build asan unitcost_tests unitcost
  cpp_tests asan
  timed 'build, tsan' build tsan unitcost_tests
  cpp_tests tsan
}

case ${1:-} in
  '') steps=everything ;;
  --sanitizers) steps=under_sanitizers ;;
  *) fail "unknown option '$1'; there is only --sanitizers" 2 ;;
esac
timed 'set-up' "$root/scripts/setup.sh" --for-tests --contenders
"$steps"
say "all: $SECONDS s"
"$python" "$root/scripts/sum_junit.py" "${results[@]}" || failed=yes
[[ $failed == no ]]
