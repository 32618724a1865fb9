# SPDX-License-Identifier: Apache-2.0
"""What a report may claim of its results; the only place where that is decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from markupsafe import Markup

from sc_precision.modes import Guarantee
from sc_precision.report.figures import bound, count, given, measured, percent, plural, seconds
from sc_precision.report.results import outside, proof_kind

State = Literal["pass", "fail", "incomplete", "none"]
"""``none`` is what did not run; it never looks like a pass."""


def _text(number: Markup) -> str:
    """The text of a number, without its markup."""
    return str(number.striptags())


@dataclass(frozen=True)
class Finding:
    """One thing that was or was not checked: the question, the answer in a word or two, and a sentence or two."""

    title: str
    state: State
    word: str
    detail: str


@dataclass(frozen=True)
class Tally:
    """Counts over some entries of ``proofs``.

    Claims, those that hold, and those of them that hold for all time; covers and those reached; mutants and those
    killed; entries without a verdict; entries with a wrong one; the least depth of a claim that holds to a depth only;
    the sum of the entries' times; entries from the cache.
    """

    claims: int
    held: int
    unbounded: int
    covers: int
    reached: int
    mutants: int
    killed: int
    undecided: int
    wrong: int
    depth: int | None
    seconds: float
    cached: int

    @property
    def state(self) -> State:
        """Over all entries."""
        total = self.claims + self.covers + self.mutants
        if self.wrong:
            return "fail"
        if self.undecided:
            return "incomplete" if self.undecided < total else "none"
        return "pass" if total else "none"

    @property
    def scope(self) -> str:
        """For how long the claims hold, as far as they do."""
        if not self.held:
            return "–"
        if self.held == self.unbounded:
            return "unbounded"
        return "bounded" if self.depth is None else f"depth {self.depth}"


def tally(proofs: Sequence[dict[str, Any]]) -> Tally:
    """Count entries of ``proofs``."""
    kinds: dict[str, list[dict[str, Any]]] = {"claim": [], "cover": [], "mutant": []}
    for proof in proofs:
        kinds[proof_kind(proof)].append(proof)
    right = {kind: [p for p in rows if p["verdict"] == p["expected"]] for kind, rows in kinds.items()}
    bounded = [proof["depth"] for proof in right["claim"] if not proof["unbounded"] and proof["depth"] is not None]
    undecided = sum(proof["verdict"] not in ("PASS", "FAIL") for proof in proofs)
    return Tally(
        claims=len(kinds["claim"]),
        held=len(right["claim"]),
        unbounded=sum(bool(proof["unbounded"]) for proof in right["claim"]),
        covers=len(kinds["cover"]),
        reached=len(right["cover"]),
        mutants=len(kinds["mutant"]),
        killed=len(right["mutant"]),
        undecided=undecided,
        wrong=len(proofs) - undecided - sum(map(len, right.values())),
        depth=min(bounded, default=None),
        seconds=sum(proof["seconds"] or 0.0 for proof in proofs),
        cached=sum(bool(proof["cached"]) for proof in proofs),
    )


def proof_word(proof: dict[str, Any]) -> tuple[State, str]:
    """State and word of one entry of ``proofs``."""
    kind, verdict = proof_kind(proof), proof["verdict"]
    if verdict is None:
        return "none", "not run"
    if verdict not in ("PASS", "FAIL"):
        return "incomplete", {"UNKNOWN": "undecided", "TIMEOUT": "timed out", "ERROR": "error"}[verdict]
    right = verdict == proof["expected"]
    if kind == "mutant":
        return ("pass", "killed") if right else ("fail", "survived")
    if kind == "cover":
        return ("pass", "reached") if right else ("fail", "not reached")
    if not right:
        return "fail", "refuted"
    return ("pass", "proved") if proof["unbounded"] else ("incomplete", "bounded")


def proof_scope(proof: dict[str, Any]) -> str:
    """For how long one entry's verdict holds."""
    if proof["verdict"] not in ("PASS", "FAIL"):
        return "–"
    if proof_kind(proof) == "claim" and proof["verdict"] == "PASS" and proof["unbounded"]:
        return "unbounded"
    return "–" if proof["depth"] is None else f"depth {proof['depth']}"


def worst_error(results: dict[str, Any]) -> float | None:
    """Largest absolute error that was measured anywhere at the outputs; None where nothing was."""
    found = [abs(o[end]) for o in results["outputs"] or [] for end in ("worst_low", "worst_high") if o[end] is not None]
    if results["attack"] is not None:
        found.append(results["attack"]["worst_error"])
    return max(found, default=None)


def violations(results: dict[str, Any]) -> list[str]:
    """Where a measured error leaves its claimed interval, in words."""
    found = [
        f"output {o['index']}"
        for o in results["outputs"] or []
        if o["worst_low"] is not None and outside(o["worst_low"], o["worst_high"], o["bound_low"], o["bound_high"])
    ]
    found += [
        f"layer {layer['name']}"
        for layer in results["layers"] or []
        if layer["measured_max_error"] is not None
        and outside(0.0, layer["measured_max_error"], -layer["bound"], layer["bound"])
    ]
    attack, design = results["attack"], results["design"]
    if attack is not None:
        if attack["violations"]:
            found.append(plural(attack["violations"], "input") + " of the search")
        elif outside(0.0, attack["worst_error"], -design["bound"], design["bound"]):
            found.append("the search's worst input")
    return found


def _because(reason: str | None) -> str:
    return f": {reason.rstrip('.')}." if reason else "."


def _why_not(section: dict[str, Any] | None) -> str:
    """The reason that something did not run, as a sentence."""
    reason = (section or {}).get("reason")
    return f"{reason[0].upper()}{reason[1:].rstrip('.')}." if reason else "No reason is recorded."


def target_finding(results: dict[str, Any]) -> Finding:
    """Whether the planned bound keeps the target."""
    design = results["design"]
    near = design["target"]
    if near is None:
        text, limit = f"The planned bound {_text(bound(design['bound']))}", design["target_error"]
        within, beyond = "is within the target", "exceeds the target"
    else:
        text, limit = f"Asked for: {near['label']}. The planned bound {_text(bound(near['bound']))}", near["limit"]
        within, beyond = f"of {near['name']}, the nearest to its limit, is within", f"of {near['name']} exceeds"
    if design["target_met"]:
        return Finding("Target", "pass", "Met", f"{text} {within} {_text(given(limit))}.")
    return Finding("Target", "fail", "Missed", f"{text} {beyond} {_text(given(limit))}.")


def _target_text(design: dict[str, Any]) -> str:
    return _text(given(design["target_error"])) if design["target"] is None else f"({design['target']['label']})"


def target_missed(design: dict[str, Any]) -> str:
    """How a target is missed, to go on after "the bound"."""
    near = design["target"]
    if near is None:
        return f"{design['bound']:.6g} exceeds {design['target_error']:.6g}"
    return f"of {near['name']} {near['bound']:.6g} exceeds {near['limit']:.6g}"


def measured_finding(results: dict[str, Any]) -> Finding:
    """Whether anything that was measured leaves what is claimed."""
    worst, attack, broken = worst_error(results), results["attack"], violations(results)
    title = "Measured errors"
    if broken:
        more = f" and {len(broken) - 3} more" if len(broken) > 3 else ""
        return Finding(title, "fail", "Bound broken", f"Beyond the claim: {', '.join(broken[:3])}{more}.")
    if worst is None:
        return Finding(title, "none", "Not run", "No error was measured at the outputs.")
    claim = results["design"]["bound"]
    share = f", {percent(worst / claim)} of the bound" if claim > 0 else ""
    text = f"Worst {_text(measured(worst))}{share}. "
    if attack is None:
        return Finding(title, "pass", "Within", text + "No search for worse inputs was run.")
    return Finding(
        title, "pass", "Within", text + f"{plural(attack['inputs'], 'input')} searched for worse, none beyond."
    )


def simulation_finding(results: dict[str, Any]) -> Finding:
    """How the simulation of the emitted Verilog ended."""
    simulation = results["simulation"]
    title = "Simulation"
    if simulation is None or simulation["status"] == "skipped":
        return Finding(title, "none", "Not run", _why_not(simulation))
    tests = simulation["tests"] or []
    failed = [test["name"] for test in tests if not test["passed"]]
    if simulation["status"] == "failed":
        which = f"{len(failed)} of {plural(len(tests), 'test')} failed" if failed else "The bench did not pass"
        return Finding(title, "fail", "Failed", which + _because(simulation["reason"]))
    if simulation["status"] == "incomplete":
        return Finding(
            title, "incomplete", "Incomplete", "The bench came to no verdict" + _because(simulation["reason"])
        )
    vectors = simulation["vectors"]
    text = f"{plural(simulation['outputs_compared'], 'output')} equal the golden model bit for bit"
    text += f", over {plural(vectors, 'vector')}." if vectors else "."
    return Finding(title, "pass", "Passed", text)


def proof_finding(results: dict[str, Any]) -> Finding:
    """What the proofs say."""
    summary, counts = results["proof_summary"], tally(results["proofs"] or [])
    title = "Proof"
    if summary is None or summary["status"] == "skipped":
        return Finding(title, "none", "Not run", _why_not(summary))
    reason = _because(summary["reason"])
    holding = f"{counts.held} of {plural(counts.claims, 'claim')} {'hold' if counts.held != 1 else 'holds'}"
    without = f", {plural(counts.undecided, 'task')} without a verdict" if counts.undecided else ""
    if summary["status"] == "failed":
        wrong = f", {plural(counts.wrong, 'verdict')} not as expected" if counts.wrong else ""
        return Finding(title, "fail", "Failed", holding + wrong + without + reason)
    if summary["status"] == "incomplete":
        return Finding(title, "incomplete", "Incomplete", holding + without + reason)
    if counts.unbounded < counts.claims:
        scope = f"to depth {counts.depth} only" if counts.depth is not None else "to a bounded depth only"
        text = f"{counts.claims - counts.unbounded} of {plural(counts.claims, 'claim')} hold {scope}."
        return Finding(title, "incomplete", "Bounded", text)
    if not summary["composition_checked"]:
        text = f"{holding}, unbounded, but that they add up to the bound of the network was not checked."
        return Finding(title, "incomplete", "Parts only", text)
    wall = summary["seconds"]
    time = f", in {seconds(wall)}" if wall is not None else ""
    cached = f" ({counts.cached} from the cache)" if counts.cached else ""
    return Finding(title, "pass", "Proved", f"{holding}, unbounded{time}{cached}; they add up to the bound.")


def controls_finding(results: dict[str, Any]) -> Finding:
    """Whether the proofs could have failed: mutants killed, covers reached."""
    summary, counts = results["proof_summary"], tally(results["proofs"] or [])
    title = "Controls"
    controls = [proof for proof in results["proofs"] or [] if proof_kind(proof) != "claim"]
    if summary is None or summary["status"] == "skipped" or not controls:
        return Finding(title, "none", "Not run", "No mutant was tried and no cover was looked for.")
    parts = [
        f"{counts.killed} of {plural(counts.mutants, 'mutant')} killed" if counts.mutants else "no mutant tried",
        f"{counts.reached} of {plural(counts.covers, 'cover')} reached" if counts.covers else "no cover looked for",
    ]
    text = f"{parts[0][0].upper()}{parts[0][1:]}, {parts[1]}."
    own = tally(controls)
    if own.state == "pass" and not (counts.mutants and counts.covers):
        return Finding(title, "incomplete", "In part", text)
    return Finding(title, own.state, {"pass": "Passed", "fail": "Failed"}.get(own.state, "Incomplete"), text)


@dataclass(frozen=True)
class Verdict:
    """The line at the top, one sentence, the findings that it rests on, and what the bound may be called."""

    state: State
    headline: str
    target: Finding
    proof: Finding
    controls: Finding
    simulation: Finding
    errors: Finding
    bound_label: str

    @property
    def findings(self) -> tuple[Finding, ...]:
        """In the order shown."""
        return self.target, self.proof, self.controls, self.simulation, self.errors


def verdict(results: dict[str, Any]) -> Verdict:
    """Compose the headline from what ran, in results that `check_results` returned."""
    target, proof, controls = target_finding(results), proof_finding(results), controls_finding(results)
    simulation, errors = simulation_finding(results), measured_finding(results)
    state, headline = _headline(results, target, proof, simulation, errors)
    label = "Bound, proved" if proof.state == "pass" and errors.state != "fail" else "Bound, planned"
    return Verdict(state, headline, target, proof, controls, simulation, errors, label)


def _headline(
    results: dict[str, Any], target: Finding, proof: Finding, simulation: Finding, errors: Finding
) -> tuple[State, str]:
    design, counts = results["design"], tally(results["proofs"] or [])
    limit = _text(bound(design["bound"]))
    failures = [
        (simulation, "the simulation of the Verilog did not pass"),
        (errors, "a measured error exceeds its claimed bound"),
        (proof, "a proof did not pass"),
        (target, f"the bound {limit} misses the target {_target_text(design)}"),
    ]
    failed = [text for finding, text in failures if finding.state == "fail"]
    if failed:
        return "fail", f"Failed: {'; '.join(failed)}"
    guarantee = design["guarantee"]
    every = "for every input in range" if guarantee == Guarantee.DETERMINISTIC else f"({guarantee} guarantee)"
    stays = "stays" if proof.state == "pass" else "should stay"
    promise = f"each output {stays} within ±{limit} of the exact network, {every}"
    if design["target"] is not None:
        promise += f" (target: {design['target']['label']})"
    simulated = simulation.state == "pass"
    if proof.state == "pass":
        return ("pass", f"Proved: {promise}") if simulated else ("incomplete", f"Proved, not simulated: {promise}")
    if proof.state == "none":
        ran = "the proofs did not run" if simulated else "neither proofs nor simulation ran"
        return "incomplete" if simulated else "none", f"Planned, not proved ({ran}): {promise}"
    if proof.word == "Bounded":
        depth = f"to depth {counts.depth}" if counts.depth is not None else "to a bounded depth"
        return "incomplete", f"Checked {depth}, not proved beyond: {promise}"
    if proof.word == "Parts only":
        return "incomplete", f"Proved in parts, not as a whole: {promise}"
    open_ = f"{count(counts.undecided)} of {plural(len(results['proofs'] or []), 'proof task')} without a verdict"
    return "incomplete", f"Not proved ({open_ if counts.undecided else 'the proofs are incomplete'}): {promise}"
