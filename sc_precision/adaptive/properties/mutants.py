# SPDX-License-Identifier: Apache-2.0
"""Faults of the adaptive wrapper's controller that its lemma must refuse."""

from __future__ import annotations

from sc_precision.adaptive.params import AdaptiveParams, Policy
from sc_precision.properties.checker.lemma import Mutant
from sc_precision.properties.checker.sv import replace_once

_Fault = tuple[str, str, str, str]
"""Task, fault, pattern and replacement."""


def _at_port(port: str) -> str:
    """Pattern of the rest of an instance up to a port (group 1 of it), what it is given (2), and its end (3)."""
    return rf"((?:\n.*)*?\n    \.{port}\()(.*)(\),?)$"


_CODE = r"_layer0 \((?:\n.*)*?\n    \.i__payload\(\{ )(\S+)(,"
"""The rest of a network's first layer up to `last` of its payload, which is the group after."""

_FAULTS: list[_Fault] = [
    ("mutant_error", "a misplaced last is not reported", r"(\bframe_error <= ).*;", r"\g<1>1'h0;"),
    ("mutant_counter", "answers of LP are not counted", r"(\bstatus_lp <= ).*;", r"\g<1>32'h0;"),
    (
        "mutant_hp_clear",
        "HP's scores are not cleared",
        r"( hp_scores \()" + _at_port("clear"),
        r"\g<1>\g<2>1'h0\g<4>",
    ),
    ("mutant_lp_last", "LP is not told the last code", rf"( lp{_CODE})", r"\g<1>1'h0\g<3>"),
    (
        "mutant_few",
        "HP is given no code but the last",
        rf"( hp{_CODE}.*" + _at_port("i__valid")[1:],
        r"\g<1>\g<2>\g<3>\g<4>& \g<2> \g<5>",
    ),
    (
        "mutant_score",
        "the next score is sent before the last was taken",
        r"= m_axis_tready (\? \S.* : index(?:\[[\d:]+\])?;)",
        r"= 1'h1 \g<1>",
    ),
]
"""Faults of every policy."""


def select_mutants(p: AdaptiveParams, text: str, file: str, checker: str) -> tuple[Mutant, ...]:
    """Faults of the controller.

    Parameters
    ----------
    p : AdaptiveParams
    text, file : str
        The emitted Verilog and its name.
    checker : str
        Of the lemma.
    """
    faults = [*_FAULTS, *_faults_after_lp(p), *(_certified_faults(p) if p.certified else _hysteresis_faults(p))]
    mutants = [Mutant(task, fault, {file: replace_once(text, old, new)}) for task, fault, old, new in faults]
    # The assert that says it in terms of the state would fail first.
    wavers = replace_once(
        text, r"(\bassign m_axis_tuser\[[\d:]+\] = )(.*best.*);", r"\g<1>m_axis_tready ? (\g<2>) : 0;"
    )
    files = {file: wavers, f"{p.name}_select.sv": replace_once(checker, r" {4}user: assert .*\n", "")}
    return (*mutants, Mutant("mutant_stall", "the decision is 0 while it waits", files))


def _faults_after_lp(p: AdaptiveParams) -> list[_Fault]:
    """Of the replay to HP, where it comes after LP and has more than one code."""
    if p.policy is Policy.HP_AUTHORITATIVE or p.n_in == 1:
        return []
    fault = "HP is fed the last code again and again"
    return [("mutant_replay", fault, r"(\bassign replay_index = )(.*);", rf"\g<1>{p.n_in - 1};")]


def _certified_faults(p: AdaptiveParams) -> list[_Fault]:
    faults = [("mutant_unchecked", "LP always answers", r"(\banswered <= ).*;", r"\g<1>1'h0;")]
    if (p.inputs.low, p.inputs.high) != (p.inputs.format.code_min, p.inputs.format.code_max):
        port = r"( margins \()" + _at_port("refuse")
        faults.insert(0, ("mutant_range", "codes out of range are not refused", port, r"\g<1>\g<2>1'h0\g<4>"))
    return faults


def _hysteresis_faults(p: AdaptiveParams) -> list[_Fault]:
    faults = [("mutant_memory", "hysteresis without memory", r"(\bstatus_use_hp <= ).*;", r"\g<1>1'h0;")]
    down = p.lp_thresholds[1] if p.policy is Policy.HP_AUTHORITATIVE else p.hp_thresholds[1]
    for task, name, code in (("threshold", "up", p.lp_thresholds[0]), ("down", "down", down)):
        # Yosys writes constants of 32 bits in decimal.
        pattern = rf"^(  assign reaches_{name} = .*>= *\d+)'(?:h0*{code:x}|d{code});"
        faults.append((f"mutant_{task}", f"the {name} threshold one less", pattern, rf"\g<1>'d{code - 1};"))
    return faults
