"""docs/claims.json binds what textbooks say to cases: every claim to some that standard measures."""

import json
import re
import subprocess
from collections import Counter
from typing import Any

import pytest
from supervised import ROOT, UNITCOST
from unitcost_scripts.claims.evidence import name_pattern
from unitcost_scripts.claims.rules import RULES


def claims() -> list[dict[str, Any]]:
    whole = json.loads((ROOT / "docs" / "claims.json").read_text())
    assert whole["schema"] == "unitcost.claims/2"
    found: list[dict[str, Any]] = whole["claims"]
    return found


def is_measured(case: dict[str, Any]) -> bool:
    """Where the user may have as many descriptors as it needs."""
    return not case["skipped"] or "raise it (ulimit -Hn)" in case["skipped"]


@pytest.fixture(scope="module")
def measured_by_standard() -> list[str]:
    listed = subprocess.run(
        [UNITCOST, "list", "--profile", "standard", "--format", "json"],
        capture_output=True,
        text=True,
        check=True,
    )
    return [each["case"] for each in json.loads(listed.stdout)["cases"] if is_measured(each)]


def test_claims_are_told_apart_by_their_ids() -> None:
    assert max(Counter(each["id"] for each in claims()).values()) == 1


@pytest.mark.parametrize("claim", claims(), ids=lambda claim: str(claim["id"]))
def test_a_claim_is_bound_to_cases_of_standard(
    claim: dict[str, Any], measured_by_standard: list[str]
) -> None:
    assert set(claim) == {"id", "claim", "rule", "cases"}
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", claim["id"])
    assert claim["claim"].endswith(".")
    assert claim["cases"]
    for pattern in claim["cases"]:
        assert any(re.fullmatch(pattern, case) for case in measured_by_standard), pattern


@pytest.mark.parametrize("claim", claims(), ids=lambda claim: str(claim["id"]))
def test_a_rule_reads_cases_of_standard_and_none_but_those_of_its_claim(
    claim: dict[str, Any], measured_by_standard: list[str]
) -> None:
    rule = RULES[claim["id"]]
    decisive = [each.wanted for each in (*rule.questions, *rule.provided)]
    for wanted in (*decisive, *rule.beside, *rule.turns_at):
        for name in filter(None, (wanted.case, wanted.base)):
            read = [case for case in measured_by_standard if name_pattern(name).fullmatch(case)]
            assert read or wanted not in decisive, name
            for case in read:
                assert any(re.fullmatch(pattern, case) for pattern in claim["cases"]), case
