# SPDX-License-Identifier: Apache-2.0
"""What Yosys synthesises for."""

from __future__ import annotations

from sc_precision.modes import Mode


class CellTarget(Mode):
    """A target of synthesis: its name, how a report calls it, and the Yosys command for the module ``{top}``."""

    GENERIC = "generic", "Gates and flip-flops", "synth -flatten -top {top}"
    ICE40 = "ice40", "Lattice iCE40", "synth_ice40 -top {top}"
    XILINX = "xilinx", "AMD 7 series", "synth_xilinx -family xc7 -flatten -noiopad -noclkbuf -top {top}"

    label: str
    command: str

    def __new__(cls, name: str, label: str, command: str) -> CellTarget:
        """Member of that name."""
        member = str.__new__(cls, name)
        member._value_, member.label, member.command = name, label, command
        return member


DEFAULT_TARGETS = (CellTarget.GENERIC, CellTarget.ICE40)
"""What a build counts cells for."""
