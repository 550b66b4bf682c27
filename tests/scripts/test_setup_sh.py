"""setup.sh on invented machines: packages, apt, sudo and the kind of system are stubs."""

import subprocess
from pathlib import Path

import pytest
from script_sandbox import ROOT, Sandbox

DEBIAN = 'ID=debian\nVERSION_ID="12"\n'
SCIPY_OF_THE_SYSTEM = (
    subprocess.run(
        ["/usr/bin/python3", "-c", "import scipy"], capture_output=True, check=False
    ).returncode
    == 0
)


class Machine(Sandbox):
    """A Debian with the given packages, and packages that can be had."""

    def __init__(self, home: Path) -> None:
        super().__init__(home, ["common.sh", "setup.sh", "unpack_scipy.sh"])
        self.installed = home / "installed"
        self.installed.touch()
        self.os_release = home / "os-release"
        self.os_release.write_text(DEBIAN, encoding="utf-8")
        (self.root / "tests" / "workflows").mkdir(parents=True)
        (self.root / "tests" / "workflows" / "package-lock.json").touch()
        self.stub("id", "echo 0")
        self.stub("apt-cache", f'[[ ! -e {home}/unknown ]] || ! grep -qx "$2" {home}/unknown')
        self.stub("apt-get", self._apt_get(home))
        self.stub("npm", 'mkdir -p "$3/node_modules" && touch "$3/node_modules/.package-lock.json"')
        self.script(
            self.stubs / "dpkg-query",
            f"printf '%s\\n' \"$@\" | grep -Fxf {self.installed} | sed 's/$/ ii /'",
        )
        self.provide_scipy()

    @staticmethod
    def _apt_get(home: Path) -> str:
        return f"""
        case $1 in
          update) rm -f {home}/stale_lists ;;
          install)
            [[ ! -e {home}/stale_lists ]] || {{ echo 'E: 404'; exit 100; }}
            for word; do [[ $word == -* || $word == install ]] || echo "$word" >>{home}/installed; done ;;
          download) cp {home}/packages/*.deb . ;;
        esac"""

    def provide_scipy(self, content: str = "") -> None:
        """Makes the package that `apt-get download` gives; `content` is scipy's __init__.py."""
        tree = self.home / "scipy_package"
        module = tree / "usr/lib/python3/dist-packages/scipy"
        for path, text in {
            tree / "DEBIAN/control": "Package: python3-scipy\nVersion: 1\nArchitecture: all\n"
            "Maintainer: nobody\nDescription: a stand-in\n",
            module / "__init__.py": content,
            module / "stats.py": "",
        }.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        (self.home / "packages").mkdir(exist_ok=True)
        target = self.home / "packages" / "scipy.deb"
        subprocess.run(
            ["dpkg-deb", "-Znone", "--build", tree, target], check=True, capture_output=True
        )

    def setup(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        self.log.write_text("", encoding="utf-8")
        return self.run(
            "setup.sh", *arguments, environment={"UNITCOST_OS_RELEASE": str(self.os_release)}
        )

    def apt_calls(self, verb: str) -> list[str]:
        return [call for call in self.calls if call.startswith(f"apt-get {verb}")]

    def unprivileged(self) -> None:
        self.stub("id", "echo 1000")

    def has_scipy(self) -> bool:
        return any(self.root.glob(".venv/lib/python3*/site-packages/scipy/stats.py"))


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_check_tells_what_is_missing_and_why_and_installs_nothing(machine: Machine) -> None:
    ran = machine.setup("--check")
    assert ran.returncode == 1
    assert "libtbb-dev" in ran.stderr and "oneTBB, a model" in ran.stderr
    assert not machine.apt_calls("install")
    assert not (machine.root / ".venv").exists()


def test_what_is_missing_is_installed_once(machine: Machine) -> None:
    assert machine.setup().returncode == 0
    (install,) = machine.apt_calls("install")
    assert " --no-remove " in install and " libtbb-dev " in install
    assert not machine.apt_calls("update")

    again = machine.setup()
    assert again.returncode == 0
    assert "nothing is missing" in again.stderr
    assert not [call for call in machine.calls if not call.startswith("id ")]
    assert machine.setup("--check").returncode == 0


def test_only_what_is_missing_is_installed(machine: Machine) -> None:
    assert machine.setup().returncode == 0
    names = machine.installed.read_text(encoding="utf-8").split()
    machine.installed.write_text("\n".join(set(names) - {"libfmt-dev"}), encoding="utf-8")
    assert machine.setup().returncode == 0
    (install,) = machine.apt_calls("install")
    assert [word for word in install.split()[2:] if not word.startswith("-")] == ["libfmt-dev"]


def test_what_only_the_tests_need_waits_for_them(machine: Machine) -> None:
    machine.setup()
    assert "clang-19" not in machine.installed.read_text(encoding="utf-8")
    assert machine.setup("--check", "--for-tests").returncode == 1
    assert machine.setup("--for-tests").returncode == 0
    assert "clang-19" in machine.installed.read_text(encoding="utf-8")
    assert any(call.startswith("npm ci ") for call in machine.calls)
    assert machine.setup("--check", "--for-tests").returncode == 0


def test_what_only_contenders_need_waits_for_them(machine: Machine) -> None:
    assert machine.setup("--for-tests").returncode == 0
    assert "python3-gevent" not in machine.installed.read_text(encoding="utf-8")
    told = machine.setup("--check", "--contenders")
    assert told.returncode == 1
    assert "python3-greenlet" in told.stderr and "gevent, a contender in CPython" in told.stderr
    assert not machine.apt_calls("install")

    assert machine.setup("--contenders").returncode == 0
    (install,) = machine.apt_calls("install")
    chosen = [word for word in install.split()[2:] if not word.startswith("-")]
    assert chosen == ["python3-greenlet", "python3-gevent"]
    assert machine.setup("--check", "--contenders", "--for-tests").returncode == 0


def test_contenders_are_installed_without_what_the_tests_need(machine: Machine) -> None:
    assert machine.setup("--contenders").returncode == 0
    installed = machine.installed.read_text(encoding="utf-8")
    assert "python3-greenlet" in installed and "clang-19" not in installed


def test_node_may_come_from_elsewhere_than_debian(machine: Machine) -> None:
    machine.stub("node")
    machine.setup("--for-tests")
    installed = machine.installed.read_text(encoding="utf-8").split()
    assert "nodejs" not in installed and "npm" not in installed


def test_of_alternatives_the_one_this_release_has_is_taken(machine: Machine) -> None:
    (machine.home / "unknown").write_text("libboost1.81-dev\n", encoding="utf-8")
    machine.setup()
    installed = machine.installed.read_text(encoding="utf-8").split()
    assert "libboost1.83-dev" in installed and "libboost1.81-dev" not in installed
    assert machine.setup("--check").returncode == 0


def test_absent_package_lists_are_fetched(machine: Machine) -> None:
    (machine.home / "stale_lists").touch()
    assert machine.setup().returncode == 0
    assert len(machine.apt_calls("install")) == 2 and len(machine.apt_calls("update")) == 1


def test_a_failing_apt_ends_the_set_up_with_its_own_words(machine: Machine) -> None:
    machine.stub("apt-get", "echo 'E: no such package' >&2; exit 100")
    ran = machine.setup()
    assert ran.returncode == 1
    assert "E: no such package" in ran.stderr and "apt failed" in ran.stderr


def test_without_root_and_sudo_it_says_so(machine: Machine) -> None:
    machine.unprivileged()
    ran = machine.setup()
    assert ran.returncode == 1
    assert "root or through sudo" in ran.stderr
    assert not machine.apt_calls("install")


def test_without_root_it_goes_through_sudo(machine: Machine) -> None:
    machine.unprivileged()
    machine.stub("sudo", '"$@"')
    assert machine.setup().returncode == 0
    assert any(call.startswith("sudo env ") for call in machine.calls)


def test_with_all_packages_neither_root_nor_sudo_is_needed(machine: Machine) -> None:
    machine.setup()
    subprocess.run(["rm", "-r", machine.root / ".venv"], check=True)
    machine.unprivileged()
    assert machine.setup().returncode == 0
    assert (machine.root / ".venv/bin/python").exists()


@pytest.mark.parametrize(
    ("uname", "os_release", "reason"),
    [
        ("Linux 6.1.0", "ID=fedora\n", "neither Debian nor Ubuntu"),
        ("Darwin 23.1.0", "", "Darwin 23.1.0 is not supported"),
        ("Linux 5.15.1-microsoft-standard-WSL2", DEBIAN, "WSL is not supported"),
    ],
)
def test_other_systems_get_the_list_and_an_error(
    machine: Machine, uname: str, os_release: str, reason: str
) -> None:
    machine.stub("uname", f"echo '{uname}'")
    machine.os_release.write_text(os_release, encoding="utf-8")
    ran = machine.setup()
    assert ran.returncode == 1
    assert reason in ran.stderr and "libtbb-dev" in ran.stderr and "clang-19" in ran.stderr
    assert not machine.apt_calls("")


def test_relatives_of_debian_are_taken(machine: Machine) -> None:
    machine.os_release.write_text('ID=linuxmint\nID_LIKE="ubuntu debian"\n', encoding="utf-8")
    assert machine.setup().returncode == 0


def test_unknown_options_are_refused(machine: Machine) -> None:
    ran = machine.setup("--chek")
    assert ran.returncode == 2 and "--chek" in ran.stderr


@pytest.mark.skipif(
    SCIPY_OF_THE_SYSTEM, reason="the system's Python has scipy, so it is never unpacked"
)
class TestScipy:
    def test_is_unpacked_into_the_environment(self, machine: Machine) -> None:
        assert machine.setup().returncode == 0
        assert machine.has_scipy()

    def test_that_cannot_be_imported_is_not_left_behind(self, machine: Machine) -> None:
        machine.provide_scipy("import no_such_library")
        ran = machine.setup()
        assert "no_such_library" in ran.stderr
        assert not machine.has_scipy()

    def test_that_cannot_be_had_keeps_nobody_from_measuring(self, machine: Machine) -> None:
        (machine.home / "packages" / "scipy.deb").unlink()
        ran = machine.setup()
        assert ran.returncode == 0
        assert "everything works but compare.sh" in ran.stderr

    def test_that_cannot_be_had_is_an_error_for_the_tests(self, machine: Machine) -> None:
        (machine.home / "packages" / "scipy.deb").unlink()
        assert machine.setup("--for-tests").returncode == 1


def test_this_machine_has_what_the_tests_need() -> None:
    """The real script, which must find nothing to do after test.sh has called it."""
    ran = subprocess.run(
        [ROOT / "scripts/setup.sh", "--check", "--for-tests"],
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode != 0:
        pytest.skip(f"scripts/setup.sh --for-tests has not been run: {ran.stderr}")
    assert "nothing is missing" in ran.stderr
