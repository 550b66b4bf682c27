"""The chapters of the report's page, in the order in which a reader meets them. One more is a function
from the material to a chapter, listed in CHAPTERS.
"""

from collections import Counter
from collections.abc import Iterable

from unitcost_scripts import advice, claims, tables
from unitcost_scripts.advice.ranking import Advice
from unitcost_scripts.claims.verdict import Verdict
from unitcost_scripts.numbers import humanise
from unitcost_scripts.page.chapter import Chapter, Maker, Material, Pointer
from unitcost_scripts.page.rendering import render
from unitcost_scripts.runs import conditions, open_load
from unitcost_scripts.runs.summary import select

_KINDS = {Verdict.SUPPORTED: "good", Verdict.REFUTED: "bad", Verdict.DEPENDS: "mixed"}
_BEST_NAMED = 3


def _best(found: Advice) -> tuple[str, str]:
    """Who suits a need, and how that looks. What this run does not judge may suit it all the same."""
    best = [each.model for each in found.best]
    if best:
        return ", ".join(best[:_BEST_NAMED]) + (" …" if best[_BEST_NAMED:] else ""), "good"
    return ("none is known to fit", "") if found.not_judged else ("none fits", "bad")


def needs(material: Material) -> Chapter | None:
    """Which model for which typical need."""
    answers = advice.answers(material.run)
    if not answers:
        return None
    pointers = []
    for place, answer in enumerate(answers, start=1):
        text = answer.name[0].upper() + answer.name[1:]
        named, kind = _best(answer.advice)
        pointers.append(Pointer(f"advice-{place}", text, named, kind=kind))
    html = render("advice.html.j2", {"advice": answers})
    lead = "Threads, or what else, for …"
    return Chapter("advice", "Which model for what", html, lead, pointers=tuple(pointers))


def textbooks(material: Material) -> Chapter:
    chapter = claims.chapter_of(material.judgements)
    pointers = tuple(
        Pointer(
            f"claim-{entry.id}", entry.id, entry.verdict, entry.mark, _KINDS.get(judged.verdict, "")
        )
        for entry, judged in zip(chapter.entries, material.judgements, strict=True)
    )
    html = render("claims.html.j2", {"chapter": chapter, "plotted": set(material.figures)})
    lead = "What textbooks say"
    return Chapter("claims", lead, html, lead, chapter.answer, pointers)


def bill(material: Material) -> Chapter | None:
    found = advice.bill(material.run)
    if not found.lines:
        return None
    return Chapter("bill", "The bill", render("bill.html.j2", {"bill": found}))


def rates(material: Material) -> Chapter | None:
    rows = open_load.highest_rates(material.run, material.summaries, material.slo_ns)
    if not rows:
        return None
    slo = humanise(material.slo_ns, "ns")
    facts = {"headings": open_load.HEADINGS, "rows": rows, "slo": slo}
    return Chapter("rates", "Requests at a rate", render("chapters/rates.html.j2", facts))


def explore(material: Material) -> Chapter | None:
    if not material.summaries:
        return None
    return Chapter("explore", "Any metric", render("chapters/explore.html.j2", {}))


def plots(material: Material) -> Chapter:
    html = render("chapters/plots.html.j2", {"figures": material.figures})
    return Chapter("plots", "Plots", html)


def selftests(material: Material) -> Chapter:
    records = material.run.records
    is_selftest = {each.case for each in records if each.measure == "selftest"}
    facts = {
        "headings": tables.SELFTEST_HEADINGS,
        "rows": tables.selftest_rows(select(material.summaries, "selftest")),
        "end_headings": tables.END_HEADINGS,
        "ends": [row for row in tables.end_rows(records) if row[0] in is_selftest],
    }
    return Chapter("selftests", "Self-tests", render("chapters/selftests.html.j2", facts))


def results(material: Material) -> Chapter:
    facts = {"headings": tables.RESULT_HEADINGS, "count": len(material.summaries)}
    return Chapter("results", "All results", render("chapters/results.html.j2", facts))


def ends(material: Material) -> Chapter:
    records = material.run.records
    facts = {
        "count": len(records),
        "counts": Counter(record.end for record in records).most_common(),
        "headings": tables.END_HEADINGS,
        "rows": tables.end_rows(records),
    }
    html = render("chapters/ends.html.j2", facts)
    return Chapter("ends", "Skipped, failed or discarded", html)


def circumstances(material: Material) -> Chapter:
    run = material.run
    facts = {
        "manifest": conditions.manifest_rows(run.manifest),
        "notes": sorted({(record.case, note) for record in run.records for note in record.notes}),
    }
    return Chapter("conditions", "Conditions", render("chapters/conditions.html.j2", facts))


CHAPTERS: tuple[Maker, ...] = (
    needs,
    textbooks,
    bill,
    rates,
    explore,
    plots,
    selftests,
    results,
    ends,
    circumstances,
)


def written(material: Material) -> list[Chapter]:
    made: Iterable[Chapter | None] = (maker(material) for maker in CHAPTERS)
    return [chapter for chapter in made if chapter is not None]
