# SPDX-License-Identifier: Apache-2.0
"""Results of a build as JSON: their schema, and the contradictions that no report may carry."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import extend

from sc_precision.arguments import show
from sc_precision.errors import InputError

RESULTS_SCHEMA = "sc_precision.results.v1"
"""Id of the schema, in ``results.schema.json``."""
SLACK = 1e-9
"""Share of a claimed interval's size that an error measured in floats may exceed it by; float rounding is far less."""

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_DECIDED = ("PASS", "FAIL")


@cache
def results_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the results."""
    text = files("sc_precision.report").joinpath("results.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


@cache
def _validator() -> Any:
    def finite(_checker: object, value: object) -> bool:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and abs(value) <= sys.float_info.max  # type: ignore[arg-type]  # False for NaN

    checker = Draft202012Validator.TYPE_CHECKER.redefine("number", finite)
    return extend(Draft202012Validator, type_checker=checker)(results_schema())


def check_results(results: Mapping[str, Any]) -> dict[str, Any]:
    """Return a checked copy of results, plain JSON throughout.

    What is optional and missing is null in the copy. Control characters and marks that turn the direction of text
    become U+FFFD, white space becomes single blanks.

    Parameters
    ----------
    results : mapping
        See ``results.schema.json``; not modified.

    Raises
    ------
    InputError
        If it cannot be written as JSON, departs from the schema, or contradicts itself: a status that its own
        entries do not support, or one figure given twice with two values.
    """
    if not isinstance(results, Mapping):
        raise InputError(f"results: expected a dict of schema {RESULTS_SCHEMA}, got {show(results)}")
    try:
        copy: dict[str, Any] = json.loads(json.dumps(dict(results)))
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(
            f"results: not JSON-ready ({error}); use dicts, lists, str, int, float, bool and None"
        ) from None
    departure = best_match(_validator().iter_errors(copy))
    if departure is not None:
        raise InputError(f"results: {_message(departure)}")
    copy = _complete(_plain(copy), results_schema())
    for check in (_check_design, _check_simulation, _check_proofs, _check_composition, _check_mutation):
        for contradiction in check(copy):
            raise InputError(f"results: {contradiction}")
    return copy


def proof_kind(proof: Mapping[str, Any]) -> str:
    """What an entry of ``proofs`` asks: ``claim`` must hold, ``cover`` must be reached, ``mutant`` must fail."""
    if proof["expected"] == "FAIL":
        return "mutant"
    return "cover" if proof["task"].startswith("cover") else "claim"


def outside(low: float, high: float, bound_low: float, bound_high: float) -> bool:
    """Whether measured errors low..high leave a claimed interval by more than the rounding of floats."""
    room = SLACK * max(abs(bound_low), abs(bound_high))
    return low < bound_low - room or high > bound_high + room


def _message(error: ValidationError) -> str:
    """One line for a departure from the schema: where, what, the value."""
    where = "".join(f"[{key}]" if isinstance(key, int) else f".{_key(key)}" for key in error.absolute_path)[1:]
    place = f"{where}: " if where else ""
    value, rule = error.instance, error.validator_value
    if error.validator == "required":
        missing = next(name for name in rule if name not in value)
        return f"{place}{missing} is missing"
    if error.validator == "additionalProperties":
        extra = sorted(set(value) - set(error.schema["properties"]))
        return f"{place}unknown entry {show(extra[0])}; known are {', '.join(error.schema['properties'])}"
    if error.validator == "type":
        kinds = [rule] if isinstance(rule, str) else rule
        kinds = ["finite number" if kind == "number" else kind for kind in kinds]
        return f"{place}must be {' or '.join(kinds)}, got {show(value)}"
    if error.validator == "enum":
        return (
            f"{place}must be one of {', '.join('null' if item is None else item for item in rule)}, got {show(value)}"
        )
    if error.validator in ("minimum", "maximum"):
        return f"{place}must be at {'least' if error.validator == 'minimum' else 'most'} {rule}, got {show(value)}"
    if error.validator == "const":
        return f"{place}must be {show(rule)}, got {show(value)}"
    if error.validator == "minLength":
        return f"{place}must not be empty"
    return f"{place}{show(value)} does not keep {error.validator} {show(rule)}"


def _key(key: str) -> str:
    return key if re.fullmatch(r"\w{1,40}", key) else show(key)


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSAFE.sub("\ufffd", " ".join(value.split()))
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {_plain(key): _plain(item) for key, item in value.items()}
    return value


def _complete(value: Any, schema: dict[str, Any]) -> Any:
    """Add what `schema` knows and `value` lacks, as None."""
    if isinstance(value, dict) and "properties" in schema:
        return {key: _complete(value.get(key), part) for key, part in schema["properties"].items()}
    if isinstance(value, list) and "items" in schema:
        return [_complete(item, schema["items"]) for item in value]
    return value


def _check_design(results: dict[str, Any]) -> Iterator[str]:
    design, attack = results["design"], results["attack"]
    bound, met = design["bound"], design["target_met"]
    if (design["target_error"] is None) == (design["target"] is None):
        yield "design must have either target_error or target, the other one null"
    near = design["target"]
    kept, limit = (bound, design["target_error"]) if near is None else (near["bound"], near["limit"])
    if met != (kept <= limit):
        what = "target_error" if near is None else f"limit of {near['name']}"
        yield f"design.target_met is {met}, but bound {kept!r} and {what} {limit!r} say {kept <= limit}"
    if attack is not None and attack["bound"] != bound:
        yield f"attack.bound {attack['bound']!r} is not design.bound {bound!r}; attack the plan that was built"
    for index, output in enumerate(results["outputs"] or []):
        if output["bound_low"] > output["bound_high"]:
            yield f"outputs[{index}]: bound_low {output['bound_low']!r} exceeds bound_high {output['bound_high']!r}"
        if (output["worst_low"] is None) != (output["worst_high"] is None):
            yield f"outputs[{index}]: give both worst_low and worst_high, or neither"


def _check_simulation(results: dict[str, Any]) -> Iterator[str]:
    simulation, accuracy = results["simulation"], results["accuracy"]
    status = simulation["status"] if simulation is not None else "skipped"
    tests = (simulation or {}).get("tests") or []
    failed = [test["name"] for test in tests if not test["passed"]]
    if status == "incomplete" and failed:
        yield f"simulation.status is incomplete, but test {show(failed[0])} did not pass; say failed"
    if status == "passed":
        if not tests:
            yield "simulation.status is passed, but no test is listed; no test is a failure"
        if not simulation["outputs_compared"]:
            yield "simulation.status is passed, but outputs_compared is 0 or missing"
        if failed:
            yield f"simulation.status is passed, but test {show(failed[0])} did not pass"
    if status == "skipped" and tests:
        yield "simulation.status is skipped, but tests are listed"
    if accuracy is None:
        return
    if accuracy["rtl"] is not None and status == "skipped":
        yield f"accuracy.rtl is {accuracy['rtl']!r}, but there was no simulation; give null"
    if accuracy["rtl"] is not None and not accuracy["rtl_images"]:
        yield "accuracy.rtl needs rtl_images, the number of images that were simulated"


def _check_proofs(results: dict[str, Any]) -> Iterator[str]:
    summary, proofs = results["proof_summary"], results["proofs"] or []
    status = summary["status"] if summary is not None else "skipped"
    seen: set[tuple[str, str]] = set()
    for index, proof in enumerate(proofs):
        where = f"proofs[{index}] ({proof['lemma']}, {proof['task']})"
        if (proof["lemma"], proof["task"]) in seen:
            yield f"{where} is listed twice"
        seen.add((proof["lemma"], proof["task"]))
        if status == "skipped" and proof["verdict"] is not None:
            yield f"{where} has verdict {proof['verdict']}, but proof_summary says that no proof ran"
        wrong = f"{where} has verdict {proof['verdict']} where {proof['expected']} is expected"
        if status == "passed" and proof["verdict"] != proof["expected"]:
            yield f"proof_summary.status is passed, but {wrong}"
        if status == "incomplete" and proof["verdict"] in _DECIDED and proof["verdict"] != proof["expected"]:
            yield f"proof_summary.status is incomplete, but {wrong}; say failed"
    if status == "passed" and not any(proof_kind(proof) == "claim" for proof in proofs):
        yield "proof_summary.status is passed, but no proof of a claim is listed"


def _check_composition(results: dict[str, Any]) -> Iterator[str]:
    composition = results["composition"]
    if composition is None:
        return
    for index, layer in enumerate(composition["layers"]):
        where = f"composition.layers[{index}] ({layer['layer']})"
        (low, high), (least, most) = layer["errors"], layer["claims"]
        if not least <= low <= high <= most:
            yield f"{where}: errors {low!r} to {high!r} are not within the claim {least!r} to {most!r}"
        # The numbers are integers times a power of two, but floats may round their sum.
        for end, total in enumerate(layer["own"]):
            parts = layer["bias"], layer["weights"][end], layer["streams"][end]
            if abs(sum(parts) - total) > SLACK * sum(map(abs, parts)):
                yield f"{where}: own is {total!r}, but its parts add up to {sum(parts)!r}"
        if layer["accumulator"] > 1 << (layer["accumulator_bits"] - 1):
            yield f"{where}: sums up to {layer['accumulator']} do not fit {layer['accumulator_bits']} bits"


def _check_mutation(results: dict[str, Any]) -> Iterator[str]:
    mutation = results["mutation"]
    if mutation is None:
        return
    for index, core in enumerate(mutation["cores"]):
        where = f"mutation.cores[{index}] ({core['core']})"
        if core["mutants"] != sum(core[key] for key in ("killed", "refused", "equivalent", "survived", "open")):
            yield f"{where}: its {core['mutants']} mutants are not the sum of the states"
        if len(core["listed"]) != core["survived"] + core["open"]:
            yield f"{where}: not every mutant that survived or is open is listed"
        faults = core["mutants"] - core["equivalent"]
        rate = (core["killed"] + core["refused"]) / faults if faults else None
        if core["kill_rate"] != rate:
            yield f"{where}: kill_rate is {core['kill_rate']!r}, but the counts say {rate!r}"
    rates = [core["kill_rate"] for core in mutation["cores"] if core["kill_rate"] is not None]
    met = all(rate >= mutation["kill_rate_wanted"] for rate in rates)
    if mutation["passed"] != met:
        yield f"mutation.passed is {mutation['passed']}, but its cores say {met}"
