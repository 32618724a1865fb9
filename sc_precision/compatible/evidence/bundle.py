# SPDX-License-Identifier: Apache-2.0
"""The formal evidence bundle of a precision plan: Verilog, checkers, one ``.sby`` file, and what they say.

From rows alone there is no weight to build, so the bundle holds what can be proven of them: one stochastic multiplier
for each width and length that occurs, with its weight as an input, and the bound on its product for *every* weight of
that width. Of a network plan it holds the network itself and all its lemmas.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from sc_precision.arguments import show
from sc_precision.compatible.columns import PrecisionPlan
from sc_precision.compatible.evidence.product_gateware import StreamProducts, suffix
from sc_precision.compatible.evidence.product_params import StreamProductParams
from sc_precision.compatible.evidence.product_properties import claim, claims, product_checker
from sc_precision.emit.verilog import convert_modules, module_texts, network_verilog
from sc_precision.errors import InputError
from sc_precision.files import make_folder, write_files, write_json
from sc_precision.plan.result import NetworkPlan
from sc_precision.properties import composed_lemmas
from sc_precision.properties.checker.lemma import Lemma
from sc_precision.rows import SynapsePrecision
from sc_precision.tools.proof_options import ProofOptions
from sc_precision.tools.proofs import run_proofs
from sc_precision.tools.sby import ProofResult, ProofTask, Verdict
from sc_precision.verilog import check_module_name
from sc_precision.version import __version__

FORMAL_SCHEMA = "sc-neurocore.adaptive-precision-formal-bundle.v1"
"""Id of the manifest, as published."""
MAX_CLASSES = 512
"""Distinct widths and lengths in one bundle."""
_ENGINES = ("smtbmc bitwuzla", "smtbmc z3")
_TIMEOUT = 300.0

Rows = PrecisionPlan | Iterable[SynapsePrecision]


@dataclass(frozen=True)
class _Question:
    """One task of the ``.sby`` file."""

    task: str
    core: str
    claim: str
    expected: Verdict
    engines: tuple[str, ...]


@dataclass(frozen=True)
class _Content:
    """What a bundle holds, before it is written."""

    rtl: str
    sva: str
    sby: str
    questions: tuple[_Question, ...]
    about: Mapping[str, Any]
    boundary: str
    assumed: tuple[str, ...]


def write_evidence_files(
    output_dir: str | os.PathLike[str],
    assignments: Rows,
    module_name: str,
    plan: NetworkPlan | None,
    options: ProofOptions | None,
) -> dict[str, Any]:
    """See `write_precision_formal_evidence_bundle`; without options nothing is run."""
    check_module_name(module_name)
    rows = _Rows.of(assignments)
    if plan is not None and not isinstance(plan, NetworkPlan):
        raise InputError(f"plan must be a NetworkPlan, got {show(plan)}")
    content = _products(module_name, rows) if plan is None else _network(module_name, plan, rows)
    folder = _folder(output_dir)
    names = {"rtl": f"{module_name}.v", "sva": f"{module_name}_sva.sv", "sby": f"{module_name}.sby"}
    report, stated = f"{module_name}_formal_report.json", folder / f"{module_name}_formal_manifest.json"
    make_folder(folder)
    # Until proofs have run on these very files, nothing may say so.
    _remove(folder / report)
    _remove(stated)
    entries = write_files(folder, {name: getattr(content, key) for key, name in names.items()})
    manifest = _manifest(module_name, rows, content, names, None) | {"files": entries}
    write_json(stated, manifest)
    if options is None:
        return manifest
    results = _run(folder / names["sby"], content, options)
    write_json(folder / report, _report(module_name, content, results))
    manifest = _manifest(module_name, rows, content, {**names, "report": report}, results) | {"files": entries}
    write_json(stated, manifest)
    return manifest


def _folder(output_dir: object) -> Path:
    path = os.fspath(output_dir) if isinstance(output_dir, str | os.PathLike) else None
    if isinstance(path, str) and path and "\0" not in path:
        return Path(path)
    raise InputError(f"output_dir must be the name of a folder, got {show(output_dir)}")


@dataclass(frozen=True)
class _Rows:
    """What the bundle needs to know of the rows, in columns."""

    bits: np.ndarray[Any, np.dtype[np.int64]]
    lengths: np.ndarray[Any, np.dtype[np.int64]]
    sensitivity: np.ndarray[Any, np.dtype[np.float64]]
    total: np.ndarray[Any, np.dtype[np.float64]]

    @classmethod
    def of(cls, assignments: object) -> _Rows:
        names = ("bit_width", "bitstream_length", "sensitivity", "total_error_bound")
        if isinstance(assignments, PrecisionPlan):
            columns = [assignments.column(name) for name in names]
        else:
            if not isinstance(assignments, Iterable) or isinstance(assignments, str | bytes):
                raise InputError(f"assignments must be a PrecisionPlan or a list of rows, got {show(assignments)}")
            rows = list(assignments)
            for index, row in enumerate(rows):
                if not isinstance(row, SynapsePrecision):
                    raise InputError(f"assignments[{index}] must be a SynapsePrecision, got {show(row)}")
                if row.bitstream_length >= 1 << 62 or row.bit_width >= 1 << 62:
                    raise InputError(f"assignments[{index}]: no hardware is that large, got {show(row)}")
            columns = [np.array([getattr(row, name) for row in rows]) for name in names]
        if not len(columns[0]):
            raise InputError("assignments is empty; give at least one row")
        bits, lengths, sensitivity, total = columns
        return cls(bits.astype(np.int64), lengths.astype(np.int64), sensitivity.astype(float), total.astype(float))

    def classes(self) -> Counter[tuple[int, int]]:
        """Number of rows by width and length."""
        pairs, counts = np.unique(np.stack([self.bits, self.lengths]), axis=1, return_counts=True)
        return Counter({(int(b), int(n)): int(count) for b, n, count in zip(*pairs, counts, strict=True)})


def _products(name: str, rows: _Rows) -> _Content:
    """One multiplier per width and length of the hardware, which is the next power of two."""
    of_class = {pair: (pair[0], max(1, (pair[1] - 1).bit_length())) for pair in sorted(rows.classes())}
    shapes = sorted(set(of_class.values()))
    if len(shapes) > MAX_CLASSES:
        raise InputError(f"assignments have {len(shapes)} kinds of width and length; at most {MAX_CLASSES} are built")
    params = {shape: StreamProductParams(f"{name}_b{shape[0]}_l{1 << shape[1]}", *shape) for shape in shapes}
    top = StreamProducts(name, list(params.values()))
    texts = convert_modules(top.modules())
    checkers = [product_checker(p) for p in params.values()]
    tasks, options, script, questions = [], [], [], []
    for p in params.values():
        for part, words in claims(p).items():
            for kind, depth in (("prove", 2), ("cover", 6)):
                task = f"{kind}_{part}_{suffix(p)}"
                tasks.append(task)
                options += [f"{task}: mode {kind}", f"{task}: depth {depth}"]
                script.append(f"{task}: prep -flatten -top {p.name}_{part}_check")
                said = words if kind == "prove" else "what the lemma speaks of is reached"
                questions.append(_Question(task, p.name, said, Verdict.PASS, _ENGINES))
    reads = [f"read_verilog {name}.v", f"read_verilog -sv -formal {name}_sva.sv"]
    files = [f"{name}.v", f"{name}_sva.sv"]
    sby = _sby(tasks, options, [_ENGINES[0]], [*reads, *script], files)
    about = {
        "hardware": "one stochastic multiplier per bit width and stream length, its weight an input",
        "multipliers": [
            {
                **p.to_dict(),
                "claim": claim(p),
                "lemmas": [f"prove_{part}_{suffix(p)}" for part in claims(p)],
                "planned_lengths": sorted({n for (b, n), own in of_class.items() if own == shape}),
                "rows": sum(count for pair, count in rows.classes().items() if of_class[pair] == shape),
            }
            for shape, p in params.items()
        ],
        "rows_against_hardware": _against(rows, of_class, params),
    }
    boundary = (
        "The rows state widths, lengths and bounds but no weights, so no network is built or proven. Built is one "
        "AND-and-count multiplier (ramp and masked van der Corput stream) per width and length, a length that is no "
        "power of two taken up to the next. The lemmas bound its product for every weight and input, for all time. "
        "How the rows' own bounds, which are statistical, compare with that is arithmetic and is not proven by a "
        "solver; nothing is said of accumulation over synapses, and nothing was measured on hardware."
    )
    assumed = ("input code and weight do not change during a run and are at most 1", "Yosys and the solver are right")
    header = _header(name)
    return _Content(
        header + "`default_nettype none\n\n" + "\n".join(texts.values()) + "\n`default_nettype wire\n",
        header + "`default_nettype none\n\n" + "\n".join(checkers) + "\n`default_nettype wire\n",
        sby,
        tuple(questions),
        about,
        boundary,
        assumed,
    )


def _against(
    rows: _Rows,
    of_class: Mapping[tuple[int, int], tuple[int, int]],
    params: Mapping[tuple[int, int], StreamProductParams],
) -> dict[str, Any]:
    """Rows whose claimed bound the hardware keeps: weight and input rounding and discrepancy, times sensitivity."""
    pairs, place = np.unique(np.stack([rows.bits, rows.lengths]), axis=1, return_inverse=True)
    errors = []
    for bits, length in pairs.T.tolist():
        p = params[of_class[bits, length]]
        errors.append(float(p.error) + 0.5 / (1 << p.bit_width) + 0.5 / p.length)
    reached = rows.sensitivity * np.array(errors)[place.ravel()]
    within = reached <= rows.total
    first = [int(place) for place in np.flatnonzero(~within)[:10]]
    return {
        "error_of_a_row": "sensitivity * (0.5 / 2**bit_width + 0.5 / length + error_bound of its multiplier)",
        "rows_within_their_total_error_bound": int(within.sum()),
        "rows_beyond_their_total_error_bound": int((~within).sum()),
        "first_rows_beyond": first,
        "proven_by_solver": False,
    }


def _network(name: str, plan: NetworkPlan, rows: _Rows) -> _Content:
    """The hardware of a plan, with all its lemmas as tasks of one file."""
    synapses = sum(layer.params.n_out * layer.params.n_in for layer in plan.layers)
    if len(rows.bits) != synapses:
        raise InputError(f"plan {plan.name} has {synapses} synapses, but there are {len(rows.bits)} assignments")
    hdl = network_verilog(plan.params, plan.name)
    lemmas, composition = composed_lemmas(plan, hdl)
    tasks, options, engines, script, questions = [], [], [], [], []
    for lemma in lemmas:
        for kind, depth in (("prove", lemma.depth), ("cover", lemma.cover_depth)):
            task = f"{kind}_{lemma.name}"
            tasks.append(task)
            options += [f"{task}: mode {kind}", f"{task}: depth {depth}"]
            own = lemma.engines if kind == "prove" else _ENGINES
            engines.append(f"{task}: {own[0]}")
            script += [f"{task}: {line}" for line in _lemma_script(lemma, name)]
            words = lemma.claim if kind == "prove" else "what the lemma speaks of is reached"
            questions.append(_Question(task, lemma.core, words, Verdict.PASS, own))
    sby = _sby(tasks, options, engines, script, [f"{name}.v", f"{name}_sva.sv"])
    modules = {module: text for file in hdl.values() for module, text in module_texts(file).items()}
    about = {
        "hardware": f"the network {plan.name} behind AXI4-Stream ports",
        "top_module": plan.name,
        "plan_hash": plan.hash,
        "datapath": plan.datapath,
        "guarantee": plan.guarantee,
        "network_error_bound": plan.bound,
        "lemmas": [
            {"name": lemma.name, "core": lemma.core, "claim": lemma.claim, "assumes": list(lemma.assumes)}
            for lemma in lemmas
        ],
        "composition": composition.to_dict(),
    }
    boundary = (
        "The lemmas are about the emitted network of the plan and hold for all time where they hold; that they add up "
        "to the bound of the network is exact arithmetic, not a solver's. The assignments only give the figures in "
        "formal_claim; their own bounds are not proven. Nothing was measured on hardware."
    )
    stated = [words for lemma in lemmas for words in lemma.environment]
    assumed = tuple(dict.fromkeys(["input codes are in the planned range", "Yosys and the solver are right", *stated]))
    header = _header(name)
    return _Content(
        header + "`default_nettype none\n\n" + "\n".join(modules.values()) + "\n`default_nettype wire\n",
        header + "\n".join(lemma.checker for lemma in lemmas) + "\n`default_nettype wire\n",
        sby,
        tuple(questions),
        about,
        boundary,
        assumed,
    )


def _lemma_script(lemma: Lemma, name: str) -> list[str]:
    return [
        f"read_verilog {name}.v",
        *lemma.prepare,
        f"read_verilog -sv -formal {name}_sva.sv",
        f"prep -flatten -top {lemma.top}",
        *lemma.script,
    ]


def _sby(
    tasks: Sequence[str], options: Sequence[str], engines: Sequence[str], script: Sequence[str], files: Sequence[str]
) -> str:
    sections = {"tasks": tasks, "options": options, "engines": engines, "script": script, "files": files}
    return "\n".join("\n".join([f"[{name}]", *lines, ""]) for name, lines in sections.items())


def _header(name: str) -> str:
    return (
        f"// SPDX-License-Identifier: Apache-2.0\n// {name}: generated by sc-precision {__version__}, "
        "write_precision_formal_evidence_bundle\n"
    )


def _run(sby: Path, content: _Content, options: ProofOptions) -> list[ProofResult]:
    timeout = _TIMEOUT if options.timeout is None else options.timeout
    tasks = [
        ProofTask(question.task, sby, task=question.task, timeout=timeout, engines=question.engines)
        for question in content.questions
    ]
    with TemporaryDirectory(prefix="sc_precision_evidence_") as work:
        return run_proofs(tasks, work, **options.running())


def _status(content: _Content, results: Sequence[ProofResult] | None) -> str:
    if results is None:
        return "not_executed"
    pairs = list(zip(content.questions, results, strict=True))
    if any(result.verdict.decided and result.verdict is not question.expected for question, result in pairs):
        return "failed"
    bounded = any(q.task.startswith("prove") and not result.unbounded for q, result in pairs)
    passed = all(result.verdict is question.expected for question, result in pairs)
    return "proven" if passed and not bounded else "incomplete"


def _manifest(
    name: str, rows: _Rows, content: _Content, names: Mapping[str, str], results: Sequence[ProofResult] | None
) -> dict[str, Any]:
    status = _status(content, results)
    words = {
        "not_executed": "proof obligations generated, not executed",
        "proven": "machine-checked proof of the emitted hardware, unbounded",
        "failed": "machine-checked, refuted",
        "incomplete": "machine-checked in part",
    }
    return {
        "schema_version": FORMAL_SCHEMA,
        "evidence_classification": words[status],
        "status": status,
        "module_name": name,
        "evidence_boundary": content.boundary,
        "assignments_count": len(rows.bits),
        "formal_claim": {
            "max_total_error_bound": float(rows.total.max()),
            "max_bit_width": int(rows.bits.max()),
            "max_bitstream_length": int(rows.lengths.max()),
            "symbiyosys_executed": results is not None,
            "formal_proof_passed": status == "proven",
            "hardware_measurement_claimed": False,
        },
        "artifacts": {key: names.get(key) for key in ("rtl", "sva", "sby", "report")},
        "generator": {"name": "sc-precision", "version": __version__},
        "design": dict(content.about),
        "assumed": list(content.assumed),
        "tasks": [
            {
                "task": question.task,
                "core": question.core,
                "claim": question.claim,
                "expected": question.expected.value,
                "verdict": None if results is None else results[index].verdict.value,
                "unbounded": None if results is None else results[index].unbounded,
                "depth": None if results is None or results[index].unbounded else results[index].depth,
            }
            for index, question in enumerate(content.questions)
        ],
    }


def _report(name: str, content: _Content, results: Sequence[ProofResult]) -> dict[str, Any]:
    return {
        "schema_version": f"{FORMAL_SCHEMA}.report",
        "module_name": name,
        "status": _status(content, results),
        "versions": dict(results[0].versions),
        "tasks": [result.to_json() for result in results],
    }


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"{path} cannot be replaced ({error.strerror or error}); give another folder") from None
