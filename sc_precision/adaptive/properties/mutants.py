# SPDX-License-Identifier: Apache-2.0
"""Faults of the adaptive wrapper's controller that its lemma must refuse."""

from __future__ import annotations

from sc_precision.adaptive.params import AdaptiveParams, Policy
from sc_precision.properties.checker.lemma import Mutant
from sc_precision.properties.checker.sv import replace_once


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
    port = r"((?:\n.*)*?\n    \.{}\()(.*)(\),?)$"
    faults = [
        ("mutant_error", "a misplaced last is not reported", r"(\bframe_error <= ).*;", r"\g<1>1'h0;"),
        ("mutant_counter", "answers of LP are not counted", r"(\bstatus_lp <= ).*;", r"\g<1>32'h0;"),
        (
            "mutant_hp_clear",
            "HP's scores are not cleared",
            r"( hp_scores \()" + port.format("clear"),
            r"\g<1>\g<2>1'h0\g<4>",
        ),
        (
            "mutant_lp_last",
            "LP is not told the last code",
            r"( lp_layer0 \((?:\n.*)*?\n    \.i__payload\(\{ )(\S+)(,)",
            r"\g<1>1'h0\g<3>",
        ),
        (
            "mutant_few",
            "HP is given no code but the last",
            r"( hp_layer0 \((?:\n.*)*?\n    \.i__payload\(\{ )(\S+)(,.*" + port.format("i__valid")[1:],
            r"\g<1>\g<2>\g<3>\g<4>& \g<2> \g<5>",
        ),
        (
            "mutant_score",
            "the next score is sent before the last was taken",
            r"= m_axis_tready (\? \S.* : index(?:\[[\d:]+\])?;)",
            r"= 1'h1 \g<1>",
        ),
    ]
    if p.policy is not Policy.HP_AUTHORITATIVE and p.n_in > 1:
        faults.append(
            (
                "mutant_replay",
                "HP is fed the last code again and again",
                r"(\bassign replay_index = )(.*);",
                rf"\g<1>{p.n_in - 1};",
            )
        )
    whole = (p.inputs.format.code_min, p.inputs.format.code_max)
    if p.certified and (p.inputs.low, p.inputs.high) != whole:
        faults.append(
            (
                "mutant_range",
                "codes out of range are not refused",
                r"( margins \()" + port.format("refuse"),
                r"\g<1>\g<2>1'h0\g<4>",
            )
        )
    if p.certified:
        faults.append(("mutant_unchecked", "LP always answers", r"(\banswered <= ).*;", r"\g<1>1'h0;"))
    else:
        faults.append(("mutant_memory", "hysteresis without memory", r"(\bstatus_use_hp <= ).*;", r"\g<1>1'h0;"))
        down = p.lp_thresholds[1] if p.policy is Policy.HP_AUTHORITATIVE else p.hp_thresholds[1]
        for name, code in (("up", p.lp_thresholds[0]), ("down", down)):
            faults.append(
                (
                    "mutant_threshold" if name == "up" else "mutant_down",
                    f"the {name} threshold one less",
                    # Yosys writes constants of 32 bits in decimal.
                    rf"^(  assign reaches_{name} = .*>= *\d+)'(?:h0*{code:x}|d{code});",
                    rf"\g<1>'d{code - 1};",
                )
            )
    mutants = [Mutant(task, fault, {file: replace_once(text, old, new)}) for task, fault, old, new in faults]
    # The assert that says it in terms of the state would fail first.
    wavers = replace_once(
        text, r"(\bassign m_axis_tuser\[[\d:]+\] = )(.*best.*);", r"\g<1>m_axis_tready ? (\g<2>) : 0;"
    )
    files = {file: wavers, f"{p.name}_select.sv": replace_once(checker, r" {4}user: assert .*\n", "")}
    mutants.append(Mutant("mutant_stall", "the decision is 0 while it waits", files))
    return tuple(mutants)
