"""JUnit XML: a case is a test, a measure a suite. What failed is a failure with its reason, what was
skipped or unstable is skipped with its reason; what passed says its numbers.

There is no standard; this is what Jenkins, GitLab and GitHub's test reporters share: `failure` and
`skipped` with `type` and `message`, counts in the suite, properties, `system-out`.
"""

import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Mapping, Sequence

from unitcost_scripts.numbers import humanise, humanise_interval
from unitcost_scripts.runs import describe
from unitcost_scripts.runs.citations import summaries_with_sources
from unitcost_scripts.runs.outcomes import FAILED, PASSED, SKIPPED, Outcome, outcomes
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKS = {FAILED: "failure", SKIPPED: "skipped"}
_NS_PER_S = 1e9


def _clean(text: str) -> str:
    """Without what XML cannot say; a program that crashes may have said anything."""
    return _NO_XML.sub("\ufffd", text)


def _said(summary: Summary, source: str) -> str:
    interval, unit = summary.interval, summary.quantity.unit
    spread = f" [{humanise_interval(interval, unit)}]" if interval else ""
    count = len(summary.values)
    return f"{summary.quantity.name}: {humanise(summary.median, unit)}{spread}, n={count}, {source}"


def _seconds(each: Sequence[Outcome]) -> str:
    total = sum(record.conditions["wall_ns"] for one in each for record in one.records)
    return f"{total / _NS_PER_S:.3f}"


def _test(outcome: Outcome, numbers: Sequence[str]) -> ElementTree.Element:
    first = outcome.records[0]
    test = ElementTree.Element(
        "testcase",
        name=outcome.case,
        classname=f"{first.measure}.{first.model}",
        time=_seconds([outcome]),
    )
    if outcome.verdict != PASSED:
        reason = _clean(outcome.reason)
        mark = ElementTree.SubElement(
            test, _MARKS[outcome.verdict], type=outcome.kind, message=reason
        )
        mark.text = reason
    if numbers:
        ElementTree.SubElement(test, "system-out").text = _clean("\n".join(numbers))
    return test


def _counts(each: Sequence[Outcome]) -> dict[str, str]:
    found = Counter(outcome.verdict for outcome in each)
    return {
        "tests": str(len(each)),
        "failures": str(found[FAILED]),
        "errors": "0",
        "skipped": str(found[SKIPPED]),
        "time": _seconds(each),
    }


def _suite(
    run: Run, measure: str, each: Sequence[Outcome], numbers: Mapping[str, Sequence[str]]
) -> ElementTree.Element:
    started = str(run.manifest["started_utc"]).removesuffix("Z")
    attributes = {"name": measure, "timestamp": started, **_counts(each)}
    suite = ElementTree.Element("testsuite", attributes)
    properties = ElementTree.SubElement(suite, "properties")
    for name, value in (("tool", describe.tool(run)), ("machine", describe.machine(run))):
        ElementTree.SubElement(properties, "property", name=name, value=_clean(value))
    suite.extend(_test(outcome, numbers.get(outcome.case, ())) for outcome in each)
    return suite


def text(run: Run) -> str:
    found = outcomes(run)
    numbers: dict[str, list[str]] = {}
    for summary, source in summaries_with_sources(run):
        numbers.setdefault(summary.case, []).append(_said(summary, source))
    by_measure: dict[str, list[Outcome]] = {}
    for outcome in found:
        by_measure.setdefault(outcome.records[0].measure, []).append(outcome)
    top = ElementTree.Element("testsuites", {"name": "unitcost", **_counts(found)})
    top.extend(_suite(run, measure, each, numbers) for measure, each in by_measure.items())
    ElementTree.indent(top)
    body = ElementTree.tostring(top, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'
