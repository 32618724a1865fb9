# SPDX-License-Identifier: Apache-2.0
"""Errors that a user can act on: one line with what, where, the value and what to do."""


class ScPrecisionError(Exception):
    """Base of all errors that this package raises on purpose.

    Attributes
    ----------
    exit_status : int
        What the command line exits with: 2 for input that cannot be used, 1 for a proof, a simulation
        or a target that failed.
    """

    exit_status = 2


class InputError(ScPrecisionError, ValueError):
    """An argument or a file that cannot be used."""


class TargetError(ScPrecisionError, ValueError):
    """An error target that no plan within the given limits reaches.

    Parameters
    ----------
    message : str
        The one-line message.
    reachable : float
        The best bound that is reachable within the limits.
    binding : str
        Name of the limit that binds.
    """

    exit_status = 1

    def __init__(self, message: str, *, reachable: float, binding: str):
        super().__init__(message)
        self.reachable = reachable
        self.binding = binding


class ToolError(ScPrecisionError, RuntimeError):
    """A program that is missing, crashed, timed out or left no result."""

    exit_status = 1


class ToolMissingError(ToolError):
    """A program that is not installed; the message carries the install command."""

    exit_status = 2


class ConsistencyError(ScPrecisionError, RuntimeError):
    """Something that must not be possible, such as a plan and its hardware disagreeing."""

    exit_status = 1
