"""Which model for which need: predictions from one run's records, each with its interval and cases.

`answers(run)` has six typical needs for the report, `bill(run)` what so many units cost.
"""

from unitcost_scripts.advice.bill import Bill, bill
from unitcost_scripts.advice.typical import Answer, answers

__all__ = ["Answer", "Bill", "answers", "bill"]
