"""A run in words: the captions and headings that plots and report share."""

from collections import Counter

from unitcost_scripts.runs.run_directory import Run


def tool(run: Run) -> str:
    """ "unitcost 0.1.0 (a1b2c3d, modified)"."""
    about = run.manifest["tool"]
    commit = (about["commit"] or "commit unknown")[:12]
    return f"unitcost {about['version']} ({commit}{', modified' if about['dirty'] else ''})"


def machine(run: Run) -> str:
    """ "AMD EPYC 7B13, 2 of 2 CPUs used, virtualised (kvm)"."""
    about = run.manifest["machine"]
    used = about["cores_used"]
    text = (
        f"{about['cpu_model'] or 'CPU unknown'}, {len(used)} of {about['logical_cpus']} CPUs used"
    )
    virtualised = about.get("virtualised")
    if virtualised in (None, False, "", "none", "no"):
        return text
    return text + (", virtualised" if virtualised is True else f", virtualised ({virtualised})")


def date(run: Run) -> str:
    return str(run.manifest["started_utc"])[:10]


def repetitions(run: Run) -> str:
    """How many repetitions of a case counted: "6 repetitions", "4–6 repetitions"."""
    counts = Counter(record.case for record in run.counted).values()
    if not counts:
        return "no repetition"
    low, high = min(counts), max(counts)
    if low == high == 1:
        return "1 repetition"
    return f"{high} repetitions" if low == high else f"{low}–{high} repetitions"


def better(direction: str) -> str:
    """Which values of a metric are: "smaller is better"."""
    if direction == "neither":
        return "neither more nor less is better"
    return f"{direction} is better"
