"""run.sh around a stand-in for the binary: what is shown, where records go, which exit code comes out."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from script_sandbox import Sandbox

# Writes its "records" where it is told to and ends as the test wants.
UNITCOST = """
echo "unitcost $*" >>{log}
[[ "$1 $2" == 'run --out' ]] && mkdir -p "$3"
[[ "$1 $2" == 'run --resume' ]] && touch "$3/resumed"
echo 'the answer table'
exit {status}
"""

WAITS_FOR_INTERRUPT = """
trap 'echo "what is finished"; exit 130' INT
touch {started}
for ((i = 0; i < 600; ++i)); do sleep 0.1; done
"""


class Checkout(Sandbox):
    def __init__(self, home: Path) -> None:
        super().__init__(home, ["common.sh", "run.sh"])
        self.script(self.root / "scripts/setup.sh", f"echo setup.sh >>{self.log}")
        self.script(
            self.root / "scripts/report.sh",
            f'echo "report.sh $*" >>{self.log}; echo "$1/report/index.html"',
        )
        self.stub(
            "cmake",
            f'[[ " $* " != *" --preset "* ]] || touch {self.root}/build/release/build.ninja',
        )
        self.binary_that_ends(0)

    def binary(self, body: str) -> None:
        self.script(self.root / "build/release/unitcost", body)

    def binary_that_ends(self, status: int) -> None:
        self.binary(UNITCOST.format(log=self.log, status=status))

    def reported(self) -> list[str]:
        return [call.split()[1] for call in self.calls if call.startswith("report.sh")]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_the_last_words_are_the_table_and_where_the_report_is(checkout: Checkout) -> None:
    ran = checkout.run("run.sh", "--quiet")
    assert ran.returncode == 0, ran.stderr
    (directory,) = checkout.reported()
    assert ran.stdout == f"the answer table\n\nreport: {directory}/report/index.html\n"
    assert Path(directory).parent == checkout.root / "results/local"


@pytest.mark.parametrize("option", [["--out", "here"], ["--out=here"]])
def test_records_go_where_the_user_says(checkout: Checkout, option: list[str]) -> None:
    assert checkout.run("run.sh", "--profile", "quick", *option).returncode == 0
    assert checkout.reported() == ["here"]
    assert f"unitcost run --profile quick {' '.join(option)}" in checkout.calls


def test_a_resumed_run_is_reported_where_it_is(checkout: Checkout) -> None:
    (checkout.home / "before").mkdir()
    assert checkout.run("run.sh", "--resume", "before").returncode == 0
    assert checkout.reported() == ["before"]
    assert (checkout.home / "before/resumed").exists()


def test_a_failed_case_is_reported_and_its_exit_code_passed_on(checkout: Checkout) -> None:
    checkout.binary_that_ends(1)
    ran = checkout.run("run.sh")
    assert ran.returncode == 1
    assert "the answer table" in ran.stdout and len(checkout.reported()) == 1


def test_bad_usage_is_passed_on_and_reports_nothing(checkout: Checkout) -> None:
    checkout.binary_that_ends(2)
    assert checkout.run("run.sh", "--no-such-option").returncode == 2
    assert not checkout.reported()


def test_a_report_that_fails_fails_a_good_run(checkout: Checkout) -> None:
    checkout.script(checkout.root / "scripts/report.sh", "exit 2")
    ran = checkout.run("run.sh", "--out", "here")
    assert ran.returncode == 2
    assert "the answer table" in ran.stdout and "scripts/report.sh here" in ran.stderr


@pytest.mark.parametrize(
    "option",
    [
        *("--help", "-h"),
        *("--dry-run", "--dry-run=true"),
        *("--benchmark_list_tests", "--benchmark_list_tests=true"),
    ],
)
def test_asking_for_words_reports_nothing(checkout: Checkout, option: str) -> None:
    ran = checkout.run("run.sh", option)
    assert ran.stdout == "the answer table\n"
    assert f"unitcost run {option}" in checkout.calls and not checkout.reported()


def test_other_commands_are_passed_on(checkout: Checkout) -> None:
    checkout.run("run.sh", "list", "--format", "json")
    assert "unitcost list --format json" in checkout.calls and not checkout.reported()


def test_an_interrupted_run_ends_in_its_own_way_and_can_be_resumed(checkout: Checkout) -> None:
    started = checkout.home / "started"
    checkout.binary(WAITS_FOR_INTERRUPT.format(started=started))
    with subprocess.Popen(
        [checkout.root / "scripts/run.sh", "--out", "here"],
        cwd=checkout.home,
        env=checkout.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # a shell cannot trap what was ignored when it began, as nohup and background jobs have it
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as running:
        while not started.exists() and running.poll() is None:
            time.sleep(0.01)
        os.killpg(running.pid, signal.SIGINT)
        out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert out == "what is finished\n"
    assert "run.sh --resume here" in err
    assert not checkout.reported()


def test_a_build_that_fails_shows_why(checkout: Checkout) -> None:
    checkout.stub("cmake", "echo 'error: no such header'; exit 1")
    ran = checkout.run("run.sh")
    assert ran.returncode == 1
    assert "error: no such header" in ran.stderr and "build/release/build.log" in ran.stderr
    assert not [call for call in checkout.calls if call.startswith("unitcost")]


def test_the_build_is_configured_once(checkout: Checkout) -> None:
    checkout.run("run.sh")
    checkout.run("run.sh")
    assert sum("--preset release" in call for call in checkout.calls) == 1
    assert sum("--build" in call for call in checkout.calls) == 2
