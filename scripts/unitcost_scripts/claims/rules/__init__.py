"""A rule for each claim of docs/claims.json, by its id. Each file is a chapter of the textbook."""

from unitcost_scripts.claims.rules import (
    cost,
    handles,
    interpreter,
    pool_verbs,
    pool_workings,
    pools,
    scheduling,
    sharing,
)
from unitcost_scripts.claims.verdict import Rule

RULES: dict[str, Rule] = {
    **cost.RULES,
    **sharing.RULES,
    **scheduling.RULES,
    **pools.RULES,
    **pool_verbs.RULES,
    **pool_workings.RULES,
    **interpreter.RULES,
    **handles.RULES,
}
