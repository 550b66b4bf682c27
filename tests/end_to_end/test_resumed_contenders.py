"""A run with a contender that was interrupted, and is resumed with the same or another one."""

import json
from pathlib import Path
from typing import Any

import pytest
from contenders import DESCRIPTION, contender, run_contenders
from supervised import UNITCOST, Place, counted_in, whole_lines


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def begun(place: Place, *options: object) -> Path:
    """A run of a contender that was ended before its second repetition."""
    directory = place.home / "run"
    run_contenders(place, "mine", *options, "--repetitions", 2)
    (directory / "journal.jsonl").write_text(whole_lines(directory)[0] + "\n", encoding="utf-8")
    return directory


def manifest_of(directory: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((directory / "manifest.json").read_text("utf-8"))
    return document


def test_a_resumed_run_has_its_contenders_again(place: Place) -> None:
    directory = begun(place, *contender(place, "mine", "answer()"))
    resumed = place.run(UNITCOST, "run", "--resume", directory)
    assert resumed.code == 0, resumed.err
    # One that was disturbed is repeated after the others.
    assert sorted(each["repetition"] for each in counted_in(directory)) == [0, 1]


def test_a_contender_that_changed_is_not_resumed(place: Place) -> None:
    directory = begun(place, *contender(place, "mine", "answer()"))
    contender(place, "mine", "answer()", DESCRIPTION.replace("a test", "a newer test"))
    resumed = place.run(UNITCOST, "run", "--resume", directory)
    assert resumed.code == 2
    assert '"a test", now "a newer test"' in resumed.err


def test_an_anonymous_run_names_no_command(place: Place) -> None:
    options = contender(place, "mine", "answer()")
    directory = begun(place, *options, "--anonymous")
    assert str(place.home) not in json.dumps(manifest_of(directory))
    assert manifest_of(directory)["selection"]["contenders"] == [
        {"name": "mine", "about": "a test"}
    ]
    refused = place.run(UNITCOST, "run", "--resume", directory)
    assert refused.code == 2 and "--contender mine=COMMAND" in refused.err
    resumed = place.run(UNITCOST, "run", "--resume", directory, *options)
    assert resumed.code == 0, resumed.err
