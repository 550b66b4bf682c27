"""One kind of plot a file. Each is a function from a run and its summaries to drawings."""

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from unitcost_scripts.forks import Forks
from unitcost_scripts.plots import (
    bill,
    burst,
    crossover_memory,
    crossover_requests,
    crossover_tasks,
    curves,
    dots,
    elastic,
    grain,
    interpreter,
    ipc,
    latency,
    lock,
    memory,
    mixed,
    oversubscription,
    server_patterns,
    spawn,
    states,
    switch,
    throughput,
)
from unitcost_scripts.plots.canvas import Drawing, save, styled
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary, summarise

Kind = Callable[[Run, Sequence[Summary]], Iterable[Drawing]]

# In the order in which a reader meets them. What has no kind of its own is drawn by the last ones.
COMPOSED: tuple[Kind, ...] = (
    memory.draw,
    spawn.draw,
    switch.draw,
    throughput.draw,
    grain.draw,
    elastic.draw,
    oversubscription.draw,
    states.draw,
    lock.draw,
    interpreter.draw,
    burst.draw,
    server_patterns.draw,
    ipc.draw,
    latency.draw,
    mixed.draw,
    bill.draw,
    crossover_tasks.draw,
    crossover_requests.draw,
    crossover_memory.draw,
    dots.draw_distributions,
    curves.draw_others,
)
# The report's page draws these itself, from its data.
PLAIN: tuple[Kind, ...] = (dots.draw_plain,)
KINDS = COMPOSED + PLAIN


def draw_all(run: Run, directory: Path, kinds: Sequence[Kind] = KINDS) -> list[Drawing]:
    """Writes every plot of these kinds that the run's records allow into `directory`, as SVG and PNG."""
    summaries = summarise(run.counted)
    drawn = []
    with styled(), Forks(len(os.sched_getaffinity(0))) as forks:
        for kind in kinds:
            for drawing in kind(run, summaries):
                forks.do(drawing.name, save, drawing, directory)
                drawn.append(drawing)
    return drawn
