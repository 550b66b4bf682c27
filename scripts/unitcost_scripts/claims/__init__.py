"""What textbooks say of processes, threads and coroutines, judged by the records of one run.

docs/claims.json holds the claims; rules/ what each comes to in questions of a number and a bound;
evidence.py reads the numbers; verdict.py makes one verdict of the answers. docs/METHODOLOGY.md gives the
reasons of the thresholds.
"""

from unitcost_scripts.claims.chapter import chapter_of
from unitcost_scripts.claims.command import main
from unitcost_scripts.claims.judging import judge
from unitcost_scripts.claims.tables import write_tables

__all__ = ["chapter_of", "judge", "main", "write_tables"]
