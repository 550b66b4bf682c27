"""docs/claims.json says the rules that the code applies."""

import json
from pathlib import Path
from typing import Any

import pytest
from unitcost_scripts.claims import sentences, thresholds
from unitcost_scripts.claims.catalogue import CATALOGUE
from unitcost_scripts.claims.catalogue import claims as catalogue
from unitcost_scripts.claims.rules import RULES
from unitcost_scripts.comparing import comparison
from unitcost_scripts.errors import InputError


def test_every_claim_has_a_rule_and_every_rule_a_claim() -> None:
    assert [each.id for each in catalogue()] == list(dict.fromkeys(each.id for each in catalogue()))
    assert {each.id for each in catalogue()} == set(RULES)


@pytest.mark.parametrize("claim", catalogue(), ids=lambda claim: str(claim.id))
def test_the_catalogue_says_the_rule_that_the_code_applies(claim: Any) -> None:
    said = sentences.rule_text(RULES[claim.id])
    assert claim.rule == said, f'in docs/claims.json "rule" has to be: {said}'


def test_thresholds_are_those_of_comparing() -> None:
    assert thresholds.DIFFERENT == 1 + comparison.MARGIN


def test_a_catalogue_without_a_rule_is_named_with_its_field(tmp_path: Path) -> None:
    whole = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    del whole["claims"][2]["rule"]
    spoilt = tmp_path / "claims.json"
    spoilt.write_text(json.dumps(whole), encoding="utf-8")
    with pytest.raises(InputError, match="field claims/2: 'rule' is a required property"):
        catalogue(spoilt)
