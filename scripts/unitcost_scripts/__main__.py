"""`python -m unitcost_scripts COMMAND …`: what validate.sh, plot.sh and their likes start."""

import importlib
import sys
from collections.abc import Sequence

from unitcost_scripts.errors import InputError

COMMANDS = ("validate", "plot", "report", "compare")
BAD_INPUT = 2


def main(arguments: Sequence[str]) -> int:
    if not arguments or arguments[0] not in COMMANDS:
        print(f"usage: python -m unitcost_scripts {{{','.join(COMMANDS)}}} …", file=sys.stderr)
        return BAD_INPUT
    name, *rest = arguments
    try:
        command = importlib.import_module(f"unitcost_scripts.{name}")
        command.main(rest)
    except InputError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return BAD_INPUT
    except ImportError as error:
        print(
            f"{name}: a Python package is missing or broken ({error}); run scripts/setup.sh.",
            file=sys.stderr,
        )
        return BAD_INPUT
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
