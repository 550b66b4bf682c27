"""test.sh around stand-ins for the test runners: what is run, what is counted, which exit code comes out."""

from pathlib import Path

import pytest
from script_sandbox import Sandbox

PASSED = "<testcase/>"
FAILED = "<testcase><failure/></testcase>"
ERROR = "<testcase><error/></testcase>"
SKIPPED = "<testcase><skipped/></testcase>"


def writes(*cases: str, to: str) -> str:
    """Shell that writes the cases into the file whose name follows the option `to`."""
    xml = f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>"
    return f"""
    while [[ $1 != {to} ]]; do shift; done
    echo '{xml}' >"$2"
    """


class Checkout(Sandbox):
    def __init__(self, home: Path) -> None:
        super().__init__(home, ["common.sh", "test.sh", "sum_junit.py"])
        self.script(self.root / "scripts/setup.sh", f'echo "setup.sh $*" >>{self.log}')
        self.stub("cmake")
        self.ctest(writes(PASSED, PASSED, to="--output-junit"))
        self.pytest(writes(PASSED, SKIPPED, to="--junit-xml"))

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
    assert "setup.sh --for-tests" in checkout.calls


def test_each_step_says_how_long_it_took(checkout: Checkout) -> None:
    ran = checkout.run("test.sh")
    for step in ("set-up", "build, release", "C++ tests, release", "script tests", "all"):
        assert f"test.sh: {step}: " in ran.stderr


def test_a_failed_suite_fails_the_whole_and_lets_the_next_one_run(checkout: Checkout) -> None:
    checkout.ctest(writes(PASSED, FAILED, to="--output-junit") + "exit 8")
    ran = checkout.run("test.sh")
    assert ran.returncode == 1
    assert ran.stdout.splitlines()[-1] == "2 passed, 1 failed, 1 skipped"


def test_an_error_is_a_failure(checkout: Checkout) -> None:
    checkout.pytest(writes(ERROR, to="--junit-xml") + "exit 1")
    ran = checkout.run("test.sh")
    assert ran.returncode == 1
    assert ran.stdout.splitlines()[-1] == "2 passed, 1 failed, 0 skipped"


@pytest.mark.parametrize("body", ["exit 0", writes(to="--junit-xml")])
def test_a_runner_without_results_fails_even_if_it_says_all_is_well(
    checkout: Checkout, body: str
) -> None:
    checkout.pytest(body)
    assert checkout.run("test.sh").returncode == 1


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
    tested = [call.split()[2] for call in checkout.calls if call.startswith("ctest")]
    assert tested == ["asan", "tsan"]
    assert "pytest" not in checkout.calls


def test_unknown_options_are_refused(checkout: Checkout) -> None:
    assert checkout.run("test.sh", "--fast").returncode == 2
    assert not checkout.calls
