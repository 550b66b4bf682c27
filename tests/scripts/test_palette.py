"""One look per model, and looks that can be told apart."""

import itertools
from typing import Any

import matplotlib.colors
import numpy as np
import pytest
from unitcost_scripts.palette import known_models, look_of, reading_order

# Machado, Oliveira, Fernandes, "A Physiologically-based Model for Simulation of Color Vision
# Deficiency", 2009, severity 1; applied to linear RGB.
_DEFICIENCIES = {
    "deuteranopia": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "protanopia": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
}
_LEAST_DISTANCE = 0.1  # in gamma-corrected RGB, of a cube with side 1


def _seen(colour: str, matrix: list[list[float]]) -> Any:
    linear = np.array(matplotlib.colors.to_rgb(colour)) ** 2.2
    return np.clip(np.array(matrix) @ linear, 0, 1) ** (1 / 2.2)


@pytest.mark.parametrize("deficiency", _DEFICIENCIES)
def test_known_models_differ_in_colour_for_the_colour_blind(deficiency: str) -> None:
    for first, second in itertools.combinations(known_models(), 2):
        seen = [
            _seen(look_of(model).colour, _DEFICIENCIES[deficiency]) for model in (first, second)
        ]
        assert np.linalg.norm(seen[0] - seen[1]) > _LEAST_DISTANCE, (first, second)


def test_known_models_differ_without_any_colour() -> None:
    for attribute in ("marker", "hatch"):
        looks = [getattr(look_of(model), attribute) for model in known_models()]
        assert len(set(looks)) == len(looks)


def test_an_unknown_model_keeps_one_look() -> None:
    assert look_of("rust_tokio") == look_of("rust_tokio")
    assert look_of("rust_tokio") != look_of("erlang")
    known = {look_of(model).colour for model in known_models()}
    assert look_of("rust_tokio").colour not in known


def test_models_are_told_in_one_order_and_unknown_ones_last() -> None:
    models = ["zebra", "stackless", "process", "aardvark"]
    assert sorted(models, key=reading_order) == ["process", "stackless", "aardvark", "zebra"]
