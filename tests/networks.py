# SPDX-License-Identifier: Apache-2.0
"""Small networks, and proofs about them."""

import numpy as np

from sc_precision.network import Dense, Network
from sc_precision.tools.proofs import run_proofs
from sc_precision.tools.sby import ProofTask


def small_network(n_in=3, sizes=(3, 2), seed=5):
    """ReLU network with inputs k/8 and weights of both signs; the last layer is linear."""
    rng = np.random.default_rng(seed)
    layers, width = [], n_in
    for index, size in enumerate(sizes):
        activation = "identity" if index == len(sizes) - 1 else "relu"
        layers.append(Dense(rng.uniform(-0.9, 0.9, (size, width)), rng.uniform(-0.3, 0.3, size), activation))
        width = size
    return Network(tuple(layers), input_fraction=3)


def engines_of(lemma, task):
    """Those of the lemma for its proof, else those that its .sby file names."""
    return lemma.engines if task == "prove" else ()


def proofs_of(lemmas, folder, tasks=("prove", "cover", "mutant"), hdl=None, engines=engines_of):
    """Verdict of each (lemma, task); the lemmas' hdl files are written by the caller or given."""
    there = (folder / "hdl").glob("*.v")
    verilog = {path.name: path.read_text() for path in there} if hdl is None else hdl
    for lemma in lemmas:
        for file, text in lemma.files(verilog).items():
            path = folder / "formal" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    for file, text in (hdl or {}).items():
        (folder / "hdl").mkdir(exist_ok=True)
        (folder / "hdl" / file).write_text(text)
    wanted = {
        f"{lemma.name}.{task}": (lemma, task)
        for lemma in lemmas
        for task in lemma.tasks
        if task.partition("_")[0] in tasks
    }
    results = run_proofs(
        [
            ProofTask(
                name,
                folder / "formal" / f"{lemma.name}.sby",
                task=task,
                timeout=lemma.timeout,
                engines=engines(lemma, task),
            )
            for name, (lemma, task) in wanted.items()
        ],
        folder / "work",
    )
    return {(wanted[r.name][0].name, wanted[r.name][1]): r for r in results}
