"""Small contenders, each committing one fault or none, and the runs that they take part in."""

import shlex
import sys
from pathlib import Path

from supervised import UNITCOST, Finished, Place

# Of the graph fib/n:24/spawn_depth:4: a full binary tree of depth 4, and the value of fib(24).
UNITS, CHECKSUM = 31, f"{75025:016x}"
GRAPH = "fib/n:24/spawn_depth:4"
DESCRIPTION = '{"protocol": 1, "about": "a test", "measures": {"throughput": ["fib"]}}'

_PROGRAM = """
import json, os, signal, subprocess, sys, time

def answer(**facts):
    good = dict(end="ok", units={units}, checksum="{checksum}", runs=1, elapsed_ns=1000)
    os.write(3, json.dumps({{**good, **facts}}).encode())

if sys.argv[1] == "describe":
    print({description!r})
    sys.exit(0)
case = json.loads(sys.argv[2])
{act}
"""


def contender(place: Place, name: str, act: str, description: str = DESCRIPTION) -> list[str]:
    """The arguments that add a Python program to a run, which does `act` when it shall measure."""
    path = place.home / f"{name}.py"
    text = _PROGRAM.format(units=UNITS, checksum=CHECKSUM, description=description, act=act)
    path.write_text(text, encoding="utf-8")
    return ["--contender", f"{name}={shlex.join([sys.executable, str(path)])}"]


def run_contenders(place: Place, out: Path, *options: object, model: str = "[^/]+") -> Finished:
    """On one worker, each once unless `options` say otherwise."""
    chosen = ["--filter", f"^throughput/{model}/{GRAPH}/", "--workers", 1, "--seed", 1]
    once = [] if "--repetitions" in options else ["--repetitions", 1]
    return place.run(UNITCOST, "run", *chosen, *once, *options, "--out", out)
