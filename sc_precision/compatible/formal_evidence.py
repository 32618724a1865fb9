# SPDX-License-Identifier: Apache-2.0
"""The public way to the formal evidence bundle; what it needs (Amaranth, Yosys) is imported when it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable
    from concurrent.futures import Executor

    from sc_precision.compatible.columns import PrecisionPlan
    from sc_precision.plan.result import NetworkPlan
    from sc_precision.rows import SynapsePrecision


def write_precision_formal_evidence_bundle(
    output_dir: str | os.PathLike[str],
    assignments: PrecisionPlan | Iterable[SynapsePrecision],
    *,
    module_name: str = "adaptive_precision_plan",
    plan: NetworkPlan | None = None,
    execute: bool = False,
    jobs: int | None = None,
    timeout: float = 300.0,
    cache: str | os.PathLike[str] | None = None,
    executor: Executor | None = None,
) -> dict[str, Any]:
    """Write Verilog, checkers, a ``.sby`` file and a manifest of a precision plan; prove them if asked to.

    Parameters
    ----------
    output_dir : path-like
        Folder, made where it is not there. ``<module>.v``, ``<module>_sva.sv``, ``<module>.sby`` and
        ``<module>_formal_manifest.json`` are written, ``<module>_formal_report.json`` where a proof ran and removed
        where none did; each file whole or not at all. ``sby -f <module>.sby`` there runs all tasks.
    assignments : PrecisionPlan or iterable of SynapsePrecision
        At least one row.
    module_name : str
        Top module and first part of the file names.
    plan : NetworkPlan, optional
        The network that the rows are about, with as many synapses as there are rows. The bundle then holds its
        hardware and its lemmas; `module_name` is that of the files and the plan's own name that of the top module.
    execute : bool
        Whether to run the proofs.
    jobs, cache, executor
        See `ProofOptions`; only with `execute`.
    timeout : float
        Seconds for each task.

    Returns
    -------
    dict
        The manifest, as written.

    Raises
    ------
    InputError
        If there is no row, a row is none, widths or lengths are beyond what is built (32 bits, 65536 cycles), the
        name cannot be used, or the folder cannot be written.
    ToolMissingError
        If SBY or Yosys is not installed and `execute` was asked for; the files are then written and say that nothing
        ran.

    Notes
    -----
    Equal arguments give equal bytes; times and versions are in the report alone. A pass is claimed only where every
    task of this call ended as it must.
    """
    from sc_precision.compatible.evidence.bundle import write_evidence_files
    from sc_precision.tools.proof_options import ProofOptions

    options = ProofOptions(jobs=jobs, timeout=timeout, cache=cache, executor=executor) if execute else None
    return write_evidence_files(output_dir, assignments, module_name, plan, options)
