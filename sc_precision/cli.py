# SPDX-License-Identifier: Apache-2.0
"""The command line: every step of the loop as a subcommand, errors of one line, honest exit statuses.

0 only where all that was asked passed; 1 for a failed proof, simulation or missed target; 2 for input that cannot
be used; 130 on Ctrl-C.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

from sc_precision.commands.adaptive import adaptive
from sc_precision.commands.build import build
from sc_precision.commands.bundle import attack, prove, report, simulate
from sc_precision.commands.emit import emit
from sc_precision.commands.generate import generate
from sc_precision.commands.output import OutputError, abandon, prepare_output
from sc_precision.commands.plan import plan
from sc_precision.commands.tools import tools
from sc_precision.errors import InputError, ScPrecisionError
from sc_precision.version import __version__

app = typer.Typer(
    name="sc-precision",
    help="From trained weights to Verilog whose error bound has been proven.",
    add_completion=False,
    pretty_exceptions_enable=False,
)

_INTERRUPTED = "interrupted; what was there before is unchanged"


@app.callback(invoke_without_command=True)
def _main(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an unexpected error came from.")] = False,  # noqa: ARG001
) -> None:
    if version:
        print(f"sc-precision {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        raise InputError("no command is given; see 'sc-precision --help'")


# In the order in which --help lists them.
for _command in (build, plan, emit, simulate, prove, attack, report, adaptive, generate, tools):
    app.command()(_command)


def main() -> None:
    """Run the command line of this process, and exit."""
    prepare_output()
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run a command line.

    Parameters
    ----------
    arguments : sequence of str
        Without the program's name.

    Returns
    -------
    int
        Exit status. Errors have been printed, one line each.
    """
    debug = "--debug" in arguments
    rest = [argument for argument in arguments if argument != "--debug"]
    try:
        status = typer.main.get_command(app).main(rest, prog_name="sc-precision", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        # What reads our output has had enough; the interpreter must not complain about it at exit.
        abandon(1)
        return 1
    except OutputError as error:
        abandon(1)
        return _explain(error)
    except KeyboardInterrupt:
        return _fail(_INTERRUPTED, 130)
    except SystemExit as stop:
        return _ended(stop.code)
    except Exception as error:
        if debug:
            traceback.print_exc()
        return _explain(error)
    return _ended(status)


def _ended(status: object) -> int:
    """Exit status of a command that ended without an error; Typer and `signals_raise` turn signals into one."""
    code = status if isinstance(status, int) else int(status is not None)
    return _fail(_INTERRUPTED, code) if code > 128 else code


def _explain(error: Exception) -> int:
    """Print an error in one line; the exit status that it means."""
    if isinstance(error, ScPrecisionError):
        return _fail(str(error), error.exit_status)
    if isinstance(error, MemoryError):
        return _fail("out of memory; use a smaller network or fewer --vectors", 1)
    # Usage errors are of classes that Typer has moved from one package to another; this is what they share.
    if hasattr(error, "format_message") and hasattr(error, "exit_code"):
        where = getattr(getattr(error, "ctx", None), "command_path", None) or "sc-precision"
        return _fail(f"{str(error.format_message()).rstrip('.')}; see '{where} --help'", 2)
    if type(error).__name__ == "Abort":
        return _fail(_INTERRUPTED, 130)
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return _fail(f"unexpected {what}; this is a fault of sc-precision, run again with --debug to see where", 1)


def _fail(message: str, status: int) -> int:
    try:
        print(f"sc-precision: error: {' '.join(message.split())}", file=sys.stderr, flush=True)
    except OSError:  # there is nobody left to tell; the status says it
        abandon(2)
    return status


if __name__ == "__main__":
    main()
