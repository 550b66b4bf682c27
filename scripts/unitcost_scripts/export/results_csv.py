"""One row for each case and metric, and one for each reason why there is none."""

import pandas

from unitcost_scripts import tables
from unitcost_scripts.runs.citations import summaries_with_sources
from unitcost_scripts.runs.run_directory import Run


def text(run: Run) -> str:
    found = summaries_with_sources(run)
    results = tables.results_frame(summary for summary, _ in found)
    results["end"] = "ok"
    results["records"] = [source for _, source in found]
    ends = pandas.DataFrame(tables.end_rows(run.records), columns=tables.END_HEADINGS)
    whole: str = pandas.concat([results, ends]).to_csv(index=False)
    return whole
