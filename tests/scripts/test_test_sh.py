"""test.sh around stand-ins for the test runners: what is run, what is counted, which exit code comes out."""

from pathlib import Path

import pytest
from script_sandbox import Sandbox

PASSED = "<testcase/>"
FAILED = "<testcase><failure/></testcase>"
ERROR = "<testcase><error/></testcase>"
SKIPPED = "<testcase><skipped/></testcase>"


def value_of(option: str) -> str:
    """Shell that shifts its arguments until the value of the option is $2."""
    return f"while [[ $1 != {option} ]]; do shift; done\n"


def results(*cases: str) -> str:
    return f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>"


def processes(*each: str | None) -> str:
    """What ctest does: lists its processes; runs them, and each that ends leaves its results."""
    folder = "build/$2/test-results"
    names = "".join(f"echo '  Test #{number + 1}: p{number}'\n" for number in range(len(each)))
    files = [f"echo '{xml}' >{folder}/p{number}.xml\n" for number, xml in enumerate(each) if xml]
    listing = f"if [[ $* == *--show-only* ]]; then\n{names}exit\nfi\n"
    return listing + value_of("--preset") + f"mkdir -p {folder}\n" + "".join(files)


def pytest_of(*cases: str) -> str:
    return value_of("--junit-xml") + f"echo '{results(*cases)}' >\"$2\"\n"


class Checkout(Sandbox):
    def __init__(self, home: Path) -> None:
        super().__init__(home, ["common.sh", "test.sh", "sum_junit.py"])
        self.script(self.root / "scripts/setup.sh", f'echo "setup.sh $*" >>{self.log}')
        self.stub("cmake")
        self.ctest(processes(results(PASSED), results(PASSED)))
        self.pytest(pytest_of(PASSED, SKIPPED))

    def ctest(self, body: str) -> None:
        self.stub("ctest", body)

    def pytest(self, body: str) -> None:
        self.script(
            self.root / ".venv/bin/python",
            f'[[ $1 == -m ]] || exec /usr/bin/python3 "$@"\necho "pytest" >>{self.log}\n{body}',
        )


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_the_last_line_sums_all_tests(checkout: Checkout) -> None:
    ran = checkout.run("test.sh")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[-1] == "3 passed, 0 failed, 1 skipped"
    assert "setup.sh --for-tests --contenders" in checkout.calls


def test_each_step_says_how_long_it_took(checkout: Checkout) -> None:
    ran = checkout.run("test.sh")
    for step in ("set-up", "build, release", "C++ tests, release", "script tests", "all"):
        assert f"test.sh: {step}: " in ran.stderr


def test_a_failed_suite_fails_the_whole_and_lets_the_next_one_run(checkout: Checkout) -> None:
    checkout.ctest(processes(results(PASSED), results(FAILED)) + "exit 8")
    ran = checkout.run("test.sh")
    assert ran.returncode == 1
    assert ran.stdout.splitlines()[-1] == "2 passed, 1 failed, 1 skipped"


def test_an_error_is_a_failure(checkout: Checkout) -> None:
    checkout.pytest(pytest_of(ERROR) + "exit 1")
    ran = checkout.run("test.sh")
    assert ran.returncode == 1
    assert ran.stdout.splitlines()[-1] == "2 passed, 1 failed, 0 skipped"


@pytest.mark.parametrize("body", ["exit 0", pytest_of()])
def test_a_runner_without_results_fails_even_if_it_says_all_is_well(
    checkout: Checkout, body: str
) -> None:
    checkout.pytest(body)
    assert checkout.run("test.sh").returncode == 1


def test_a_process_that_died_is_a_failure(checkout: Checkout) -> None:
    checkout.ctest(processes(results(PASSED), None) + "exit 8")
    ran = checkout.run("test.sh")
    assert ran.returncode == 1
    assert ran.stdout.splitlines()[-1] == "2 passed, 1 failed, 1 skipped"


def test_results_of_an_earlier_run_do_not_count(checkout: Checkout) -> None:
    assert checkout.run("test.sh").returncode == 0
    checkout.ctest("exit 0")
    assert checkout.run("test.sh").returncode == 1


def test_a_failed_build_ends_it(checkout: Checkout) -> None:
    checkout.stub("cmake", "exit 1")
    assert checkout.run("test.sh").returncode == 1
    assert "pytest" not in checkout.calls


def test_sanitizers_means_the_cpp_tests_under_both(checkout: Checkout) -> None:
    ran = checkout.run("test.sh", "--sanitizers")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[-1] == "4 passed, 0 failed, 0 skipped"
    tested = [call.split()[2:] for call in checkout.calls if call.startswith("ctest")]
    assert tested == [["asan"], ["asan", "--show-only"], ["tsan"], ["tsan", "--show-only"]]
    assert "pytest" not in checkout.calls


def test_unknown_options_are_refused(checkout: Checkout) -> None:
    assert checkout.run("test.sh", "--fast").returncode == 2
    assert not checkout.calls
