"""The answer table follows the records' own headline marks."""

from pathlib import Path

from synthetic_run import metric, record, write_run
from unitcost_scripts import tables
from unitcost_scripts.answers import AnswerTable, answer_table
from unitcost_scripts.page.chapter import Material
from unitcost_scripts.page.first_screen import pictures
from unitcost_scripts.runs import run_directory
from unitcost_scripts.runs.summary import summarise


def _table(tmp_path: Path, records: list[dict[str, object]]) -> AnswerTable:
    return answer_table(run_directory.load(write_run(tmp_path, records)))


def _spawn(model: str, values: list[float], **more: object) -> list[dict[str, object]]:
    return [
        record(
            f"spawn/{model}/idle",
            index,
            [metric("spawn_latency_ns", value, "ns", headline=True), metric("other_ns", 1, "ns")],
            headline=True,
            **more,
        )
        for index, value in enumerate(values)
    ]


def test_a_column_says_what_its_cases_share(tmp_path: Path) -> None:
    cases = [
        f"switch/{each}/idle/by:{by}/cores:1"
        for each, by in (("tbb", "yield"), ("process", "pipe"))
    ]
    value = metric("switch_ns", 5, "ns", headline=True)
    table = _table(tmp_path, [record(case, 0, [value], headline=True) for case in cases])
    assert table.columns[0].heading == "switch: switch ns (idle cores:1)"


def test_a_cell_is_median_and_interval(tmp_path: Path) -> None:
    table = _table(tmp_path, _spawn("tbb", [100, 102, 104, 106, 108, 110]))
    assert [column.quantity.name for column in table.columns] == ["spawn_latency_ns"]
    cell = table.rows["tbb"][0]
    assert (cell.text, cell.interval) == ("105 ns", "100 – 110 ns")
    assert "spawn/tbb/idle; median of 6" in cell.explanation


def test_fewer_than_six_repetitions_have_no_interval(tmp_path: Path) -> None:
    cell = _table(tmp_path, _spawn("tbb", [100, 102, 104, 106, 108])).rows["tbb"][0]
    assert (cell.text, cell.interval) == ("104 ns", "")
    assert "no interval" in cell.explanation


def test_a_median_over_survivors_says_how_many_failed(tmp_path: Path) -> None:
    crash = record("spawn/tbb/idle", 6, end="crashed", reason="signal 11", headline=True)
    cell = _table(tmp_path, [*_spawn("tbb", [100] * 6), crash]).rows["tbb"][0]
    assert cell.text == "100 ns (1 of 7 failed)"
    assert "1 of 7 failed" in cell.explanation


def test_a_skipped_model_keeps_its_row_and_its_reason(tmp_path: Path) -> None:
    skipped = record("spawn/null/idle", end="skipped", reason="spawns nothing", headline=True)
    cell = _table(tmp_path, [*_spawn("tbb", [1] * 6), skipped]).rows["null"][0]
    assert (cell.text, cell.explanation) == ("–", "skipped: spawns nothing")


def test_a_measure_that_was_not_run_says_so(tmp_path: Path) -> None:
    switch = record(
        "switch/tbb/idle", 0, [metric("switch_ns", 5, "ns", headline=True)], headline=True
    )
    table = _table(tmp_path, [switch, *_spawn("process", [1] * 6)])
    assert [column.measure for column in table.columns] == ["spawn", "switch"]
    assert list(table.rows) == ["process", "tbb"]
    assert table.rows["process"][1].explanation == "not part of this run"


def test_a_model_of_whose_cases_none_stands_for_it_was_part_of_the_run(tmp_path: Path) -> None:
    switch = record(
        "switch/tbb/idle", 0, [metric("switch_ns", 5, "ns", headline=True)], headline=True
    )
    aside = record("spawn/tbb/idle/cores:1", 0, [metric("spawn_latency_ns", 5, "ns")])
    cell = _table(tmp_path, [switch, aside, *_spawn("process", [1] * 6)]).rows["tbb"][0]
    assert (cell.text, cell.explanation) == ("–", "no case that counts stands for it")


def test_a_run_without_headlines_has_no_answers(tmp_path: Path) -> None:
    plain = record("switch/tbb/idle", 0, [metric("switch_ns", 5, "ns")])
    assert _table(tmp_path, [plain]).rows == {}


def test_every_end_but_a_counted_ok_is_listed_with_its_reason(rich_run: Path) -> None:
    rows = tables.end_rows(run_directory.load(rich_run).records)
    assert rows == [
        ["spawn/gil/idle", "crashed", "1", "signal 11 after 17 units"],
        ["spawn/tbb/idle", "discarded", "1", "disturbed by others"],
        ["switch/null/idle/by:yield/cores:1/units:2", "skipped", "1", "null has no units"],
    ]


def test_results_have_their_heading_where_there_are_none(rich_run: Path, tmp_path: Path) -> None:
    crash = record("spawn/tbb/idle", end="crashed", reason="signal 11")
    runs = [run_directory.load(each) for each in (rich_run, write_run(tmp_path, [crash]))]
    frames = [tables.results_frame(summarise(run.counted)) for run in runs]
    assert list(frames[1].columns) == list(frames[0].columns)
    assert len(frames[1]) == 0


def test_markdown_keeps_its_columns_whatever_a_reason_holds() -> None:
    assert tables.markdown(["a"], [["x|y\nz"]]) == "| a |\n| --- |\n| x\\|y z |\n"


def test_two_measures_that_call_a_number_alike_have_a_column_each(tmp_path: Path) -> None:
    cases = {"spawn/tbb/idle/cores:1": 5.0, "switch/tbb/idle/cores:2": 7.0}
    records = [
        record(case, 0, [metric("latency_ns", value, "ns", headline=True)], headline=True)
        for case, value in cases.items()
    ]
    table = _table(tmp_path, records)
    assert [column.heading for column in table.columns] == [
        "spawn: latency ns (idle cores:1)",
        "switch: latency ns (idle cores:2)",
    ]
    assert [cell.text for cell in table.rows["tbb"]] == ["5.00 ns", "7.00 ns"]


def test_each_of_their_pictures_shows_its_own_measure(tmp_path: Path) -> None:
    records = [
        record(case, 0, [metric("latency_ns", 5, "ns", headline=True)], headline=True)
        for case in ("spawn/tbb/idle", "switch/tbb/idle")
    ]
    run = run_directory.load(write_run(tmp_path, records))
    summaries = summarise(run.counted)
    material = Material(run, summaries, answer_table(run), [], {}, 1.0)
    shown = [[summaries[row].measure for row in each.rows] for each in pictures(material)]
    assert shown == [["spawn"], ["switch"]]
