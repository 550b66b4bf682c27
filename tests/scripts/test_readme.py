"""README's first screen shows what the newest published run found, to the last digit."""

import json
import re
from collections import Counter
from pathlib import Path

from script_sandbox import ROOT
from unitcost_scripts.machines.published import RESULTS, published_runs

README = (ROOT / "README.md").read_text(encoding="utf-8")
NEWEST = max(published_runs(RESULTS), key=lambda run: run.name)
REPORT = NEWEST / "report"


def rows(markdown: str) -> dict[str, list[str]]:
    """Of the first table: what stands beside each model."""
    table = markdown[markdown.index("| model |") :].split("\n\n")[0]
    _, _, *lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()]
    return {model: cells for model, *cells in lines}


def unlike(readme: str, answers: str) -> list[str]:
    """Models whose row in README is not what stands in a run's table, which has more columns."""
    found = rows(answers)
    return [model for model, cells in rows(readme).items() if cells != found[model][-len(cells) :]]


def test_it_names_the_newest_run_alone() -> None:
    named = set(re.findall(r"results/(\d{4}-\d\d-\d\d-[a-z0-9-]+)", README))
    assert named == {NEWEST.name}


def test_its_table_is_that_runs() -> None:
    assert unlike(README, (REPORT / "answers.md").read_text(encoding="utf-8")) == []


def test_a_number_that_is_not_that_runs_is_found() -> None:
    answers = (REPORT / "answers.md").read_text(encoding="utf-8")
    (model, cells), *_ = rows(README).items()
    changed = README.replace(" | ".join(cells), " | ".join([*cells[:-1], "1.00 k/s"]), 1)
    assert unlike(changed, answers) == [model]


def test_its_count_of_verdicts_is_that_runs() -> None:
    told = re.search(
        r"Of (\d+)\s+such claims that run finds (\d+) supported, (\d+) refuted, (\d+) that depend"
        r"[^.]* and (\d+) that it could not test",
        " ".join(README.split()),
    )
    assert told
    verdicts = json.loads((REPORT / "claims.json").read_text(encoding="utf-8"))["claims"]
    counted = Counter(each["verdict"] for each in verdicts)
    kinds = ("supported", "refuted", "depends", "not tested")
    assert [int(number) for number in told.groups()] == [
        len(verdicts),
        *(counted[kind] for kind in kinds),
    ]


def test_its_picture_is_there() -> None:
    pictures = re.findall(r"!\[[^]]*\]\(([^)]+)\)", README)
    assert pictures and all(Path(ROOT / each).is_file() for each in pictures)
