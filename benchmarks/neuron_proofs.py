# SPDX-License-Identifier: Apache-2.0
"""CPU seconds of the lemmas about neurons: the table of docs/neurons.md.

Usage: python benchmarks/neuron_proofs.py
"""

import resource
import tempfile
from pathlib import Path

from sc_precision.emit.verilog import network_verilog
from sc_precision.params import InputCodes
from sc_precision.params.neurons import Drive, LifParams, MultiplyLeak, ShiftLeak
from sc_precision.properties.neurons.lif import lif_lemmas
from sc_precision.tools.proofs import run_proofs
from sc_precision.tools.sby import ProofTask

STEPS = 16


def designs():
    """Label and parameters of each layer."""
    for width, bits in ((16, 12), (24, 20), (32, 28)):
        currents = InputCodes.covering(-(1 << (bits - 1)), (1 << (bits - 1)) - 1, 8)
        for leak in (ShiftLeak(3), MultiplyLeak(230, 8), MultiplyLeak(58982, 16)):
            if leak == MultiplyLeak(58982, 16) and width == 16:
                continue
            for neurons in (1,) if width != 24 else (1, 64):
                for drive in Drive if neurons > 1 else (Drive.STEPS,):
                    params = LifParams(
                        "layer",
                        currents,
                        neurons,
                        STEPS,
                        leak,
                        1 << (bits - 2),
                        refractory=2,
                        drive=drive,
                        membrane_width=width,
                    )
                    yield f"{width} bits, {leak.to_dict()}, {neurons} neurons, {drive.value}", params


def measured(params):
    """Verdict and CPU seconds of each proof."""
    hdl = network_verilog([params], "top")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "hdl").mkdir()
        for file, text in hdl.items():
            (folder / "hdl" / file).write_text(text)
        for lemma in lif_lemmas(params, hdl):
            for file, text in lemma.files(hdl).items():
                path = folder / "formal" / file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            task = ProofTask(lemma.name, folder / "formal" / f"{lemma.name}.sby", task="prove", engines=lemma.engines)
            (result,) = run_proofs([task], folder / "work", jobs=1)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            yield f"{lemma.name.removeprefix('layer_')} {result.verdict.value} {seconds:.1f}"


if __name__ == "__main__":
    for label, params in designs():
        print(f"{label}: {', '.join(measured(params))}", flush=True)
