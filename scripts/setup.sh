#!/usr/bin/env bash
# Installs what the suite needs, after saying what is missing and why; does nothing, quickly, when nothing is.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

readonly venv=$root/.venv
readonly workflow_check=$root/tests/workflows
readonly setup_log=$root/build/setup.log
readonly os_release=${UNITCOST_OS_RELEASE:-/etc/os-release} # the tests put another file here

usage() {
  cat <<'TEXT'
setup.sh [--check] [--for-tests] [--contenders]

Installs what the suite needs: packages by apt (as root or through sudo), and a Python environment in .venv.
For Debian 12 and its relatives; macOS and WSL are not supported.

  --check       only tells what is missing and why, and exits 1 when something is
  --for-tests   also what scripts/test.sh needs, some of it by npm
  --contenders  also the libraries of the contenders in CPython (docs/CONTENDERS.md)
TEXT
}

# Who needs it | package, or packages of which one does | why.
packages() {
  cat <<'TABLE'
run|g++|compiles the suite
run|cmake|configures the build
run|ninja-build|runs the build
run|git|says which commit was measured
run|libboost1.81-dev or libboost1.83-dev|Boost's headers, among them Boost.Asio, a model
run|libboost-fiber1.81-dev or libboost-fiber1.83-dev|Boost.Fiber, a model
run|libboost-context1.81-dev or libboost-context1.83-dev|the context switch under Boost.Fiber
run|libtbb-dev|oneTBB, a model
run|libbenchmark-dev|Google Benchmark, controls the iterations of measures that are a mean over a loop
run|nlohmann-json3-dev|reads and writes records
run|libcli11-dev|parses the command line
run|libfmt-dev|formats text
run|liburing-dev|io_uring, for the I/O workloads
run|pkg-config|finds liburing
run|libgtest-dev|GoogleTest, configured with the build
run|libgmock-dev|GoogleMock, configured with the build
run|python3|runs the scripts that explain records
run|python3-numpy|statistics
run|python3-pandas|tables
run|python3-matplotlib|plots
run|python3-jinja2|fills the report's page
run|python3-jsonschema|checks records against results/schema.json
run|libblas3|a library of scipy
run|liblapack3|a library of scipy
run|libgfortran5|a library of scipy
run|liblbfgsb0|a library of scipy
tests|python3-pytest|tests the scripts
tests|python3-pytest-xdist|runs those tests side by side
tests|clang-19|the second compiler, and the one of the sanitizer builds
tests|libclang-rt-19-dev|the sanitizers' runtime
tests|libomp-19-dev or libomp-dev|OpenMP under clang; under g++ it comes with the compiler
tests|llvm-19|gives the sanitizers' reports names and lines
tests|g++-aarch64-linux-gnu|builds the aarch64 context switch
tests|qemu-user-static|runs the aarch64 context switch
tests|chromium|opens the report
tests|chromium-driver|steers chromium
tests|libbenchmark-tools|its compare.py reads results.json
tests|python3-junitparser|reads the JUnit export
tests|python3-yaml|reads the workflows, whose commands are tested
tests|shellcheck|checks these scripts
tests|nodejs|runs the check of the workflow files
tests|npm|installs that check, and axe-core, which looks for barriers in the report
contenders|python3-greenlet|greenlet, a contender in CPython
contenders|python3-gevent|gevent, a contender in CPython
TABLE
}

# The table's lines for what is wanted.
wanted_packages() {
  local who='run'
  [[ $for_tests == no ]] || who+='|tests'
  [[ $for_contenders == no ]] || who+='|contenders'
  packages | grep -E "^($who)\|"
}

# Table lines, or lines "who | what | why", for people.
show() {
  local what why
  while IFS='|' read -r _ what why; do printf '  %-52s %s\n' "$what" "$why"; done
}

# The packages of a table line.
names_in() {
  local what=${1#*|}
  what=${what%%|*}
  printf '%s\n' "${what// or / }"
}

refuse_other_systems() {
  local system reason=''
  system=$(uname -sr)
  case $system in
    Linux*[Mm]icrosoft*) reason='WSL is not supported: its clocks and limits are not those of a machine of its own' ;;
    Linux*) grep -Eqs '^ID(_LIKE)?=.*(debian|ubuntu)' "$os_release" || reason='this is neither Debian nor Ubuntu' ;;
    *) reason="$system is not supported, only Linux is" ;;
  esac
  [[ -n $reason ]] || return 0
  printf 'What the suite needs, by the names of Debian 12:\n' >&2
  packages | show >&2
  fail "$reason. Install the above by hand, or use Debian 12."
}

# node and npm also come from elsewhere than from Debian, and then in one package.
provided_otherwise() {
  case $1 in
    nodejs) command -v node >/dev/null ;;
    npm) command -v npm >/dev/null ;;
    *) false ;;
  esac
}

# The wanted lines of the table of which no package is installed.
missing_packages() {
  local line name status all installed=' '
  mapfile -t all < <(wanted_packages | cut -d'|' -f2 | sed 's/ or /\n/g')
  while read -r name status; do
    [[ $status != ii* ]] || installed+="$name "
  done < <(dpkg-query -W -f='${Package} ${db:Status-Abbrev}\n' "${all[@]}" 2>/dev/null)
  while read -r line; do
    for name in $(names_in "$line"); do
      if [[ $installed == *" $name "* ]] || provided_otherwise "$name"; then continue 2; fi
    done
    printf '%s\n' "$line"
  done < <(wanted_packages)
}

has_venv() { [[ -x $venv/bin/python ]] && grep -qs 'include-system-site-packages = true' "$venv/pyvenv.cfg"; }

has_scipy() {
  has_venv && "$venv/bin/python" -c 'import importlib.util, sys; sys.exit(not importlib.util.find_spec("scipy"))'
}

has_workflow_check() { [[ $workflow_check/node_modules/.package-lock.json -nt $workflow_check/package-lock.json ]]; }

# What is missing beside packages, as lines to show.
missing_parts() {
  has_venv || echo '|.venv|the Python environment of the scripts; it sees the packages above'
  has_scipy || echo '|scipy in .venv|the rank test of compare.sh; why not by apt: docs/adr/0001-scipy-beside-boost.md'
  [[ $for_tests == no ]] || has_workflow_check || echo '|tests/workflows/node_modules|checks .github/workflows, and looks for barriers in the report'
}

as_root() {
  if [[ $(id -u) == 0 ]]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    return 1
  fi
}

# The package lists may be absent (in a container) or old, so what fails is tried once more with new ones.
with_package_lists() {
  if "$@" >>"$setup_log" 2>&1; then return; fi
  as_root apt-get update >>"$setup_log" 2>&1 || say 'the package lists could not be renewed'
  quietly "$setup_log" "$@"
}

# Installs table lines; of several packages in a line the first that this release has.
install_lines() {
  local line name chosen=()
  for line in "$@"; do
    for name in $(names_in "$line"); do
      if apt-cache show "$name" >/dev/null 2>&1; then break; fi
    done
    chosen+=("$name")
  done
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --quiet --no-install-recommends --no-remove "${chosen[@]}"
}

install_packages() {
  if [[ $(id -u) != 0 ]] && ! command -v sudo >/dev/null; then
    fail 'packages are installed by root or through sudo, and here is neither: have them installed, then start again'
  fi
  say "installing $# packages; the log is $setup_log"
  with_package_lists install_lines "$@" ||
    fail 'apt failed. It is not allowed to remove anything: what is in the way (libboost1.74-dev, say) is yours to remove'
}

# pip and ensurepip are not needed: every Python package comes from the system.
make_venv() { quietly "$setup_log" /usr/bin/python3 -m venv --system-site-packages --without-pip "$venv"; }

# Without scipy only compare.sh fails, and says so: no reason to keep anybody from measuring.
provide_scipy() {
  if with_package_lists "$root/scripts/unpack_scipy.sh" "$venv/bin/python"; then return; fi
  [[ $for_tests == no ]] || fail 'the tests need scipy'
  say 'going on without scipy: everything works but compare.sh'
}

install_workflow_check() {
  quietly "$setup_log" npm ci --prefix "$workflow_check" --ignore-scripts --no-audit --no-fund --no-update-notifier
}

read_arguments() {
  local argument
  check=no for_tests=no for_contenders=no
  for argument; do
    case $argument in
      --check) check=yes ;;
      --for-tests) for_tests=yes ;;
      --contenders) for_contenders=yes ;;
      -h | --help) usage && exit ;;
      *) fail "unknown option '$argument'; see setup.sh --help" 2 ;;
    esac
  done
}

main() {
  read_arguments "$@"
  refuse_other_systems
  local missing parts
  mapfile -t missing < <(missing_packages)
  mapfile -t parts < <(missing_parts)
  if ((${#missing[@]} + ${#parts[@]} == 0)); then
    say 'nothing is missing'
    return
  fi
  printf 'Missing:\n' >&2
  printf '%s\n' "${missing[@]}" "${parts[@]}" | grep . | show >&2
  if [[ $check == yes ]]; then exit 1; fi

  mkdir -p "$(dirname "$setup_log")"
  : >"$setup_log"
  ((${#missing[@]} == 0)) || install_packages "${missing[@]}"
  has_venv || make_venv
  has_scipy || provide_scipy
  [[ $for_tests == no ]] || has_workflow_check || install_workflow_check
  say 'done'
}

main "$@"
