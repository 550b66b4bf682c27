"""`python -m unitcost_scripts COMMAND …`: what validate.sh, plot.sh and their likes start."""

import errno
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from unitcost_scripts.errors import InputError

COMMANDS = (
    *("validate", "plot", "report", "compare", "results_index", "export", "bundle", "gate"),
    *("claims", "advise"),
)
BAD_INPUT = 2
# Of what is printed: files have their own InputError, and an error of a file has its name.
_UNPRINTED = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EPIPE}
_PACKAGES = "python3-numpy python3-pandas python3-matplotlib python3-jinja2 python3-jsonschema"


def _remedy() -> str:
    """An installed tree has no setup.sh."""
    if Path(__file__).parents[1].joinpath("setup.sh").exists():
        return "run scripts/setup.sh"
    return f"apt-get install {_PACKAGES}, and for compare and gate python3-scipy"


def main(arguments: Sequence[str]) -> int:
    if not arguments or arguments[0] not in COMMANDS:
        print(f"usage: python -m unitcost_scripts {{{','.join(COMMANDS)}}} …", file=sys.stderr)
        return BAD_INPUT
    name, *rest = arguments
    try:
        command = importlib.import_module(f"unitcost_scripts.{name}")
        code = int(command.main(rest) or 0)
        sys.stdout.flush()
        return code
    except InputError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return BAD_INPUT
    except OSError as error:
        if error.filename is not None or error.errno not in _UNPRINTED:
            raise
        print(f"{name}: cannot be written out ({error}).", file=sys.stderr)
        return BAD_INPUT
    except ImportError as error:
        print(
            f"{name}: a Python package is missing or broken ({error}); {_remedy()}.",
            file=sys.stderr,
        )
        return BAD_INPUT


if __name__ == "__main__":
    exit_code = main(sys.argv[1:])
    if exit_code == BAD_INPUT:  # what could not be printed would be tried again, and told of again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(exit_code)
