"""The pictures beside the answer table: of each measure in it the one number that it ends with."""

from dataclasses import dataclass

from unitcost_scripts.answers import Column
from unitcost_scripts.page.chapter import Material

_MOST = 4  # that stand side by side


@dataclass(frozen=True)
class Picture:
    column: Column
    rows: list[int]  # of the page's data


def pictures(material: Material) -> list[Picture]:
    """Drawn by the page's script. Empty where the run measured none of the table's cases."""
    headlines = {record.case for record in material.run.records if record.headline}
    last_of_measure = {column.measure: column for column in material.answers.columns}
    found = []
    for column in list(last_of_measure.values())[:_MOST]:
        first_of_model: dict[str, int] = {}
        for row, each in enumerate(material.summaries):
            if each.case in headlines and column.is_of(each):
                first_of_model.setdefault(each.model, row)
        found.append(Picture(column, list(first_of_model.values())))
    return found
