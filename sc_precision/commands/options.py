# SPDX-License-Identifier: Apache-2.0
"""Arguments and options that commands share, and what they mean."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sc_precision.modes import Architecture, Bounds, Datapath, Guarantee, Sharing
from sc_precision.params import StreamEncoding
from sc_precision.plan.cost import CostModel

NetworkArgument = Annotated[Path, typer.Argument(metavar="NETWORK", help="Weights in an .npz file.")]
BundleArgument = Annotated[Path, typer.Argument(metavar="BUNDLE", help="A folder that build or emit wrote.")]
TargetOption = Annotated[
    float | None,
    typer.Option("--target-error", metavar="E", help="Largest absolute error of any output, for every input."),
]
TargetErrorsOption = Annotated[
    str | None,
    typer.Option("--target-errors", metavar="LIST", help="The same for each output: numbers with commas, or a file."),
]
RelativeTargetOption = Annotated[
    float | None,
    typer.Option("--relative-target", metavar="R", help="Largest error of an output as a share of its range."),
]
DecisionMarginOption = Annotated[
    float | None,
    typer.Option("--decision-margin", metavar="M", help="No decision with a margin above this changes."),
]
BoundsOption = Annotated[
    Bounds, typer.Option("--bounds", help="Take into account what cancels between layers, or use intervals alone.")
]
DatapathOption = Annotated[Datapath, typer.Option("--datapath", help="Integer arithmetic, or bitstreams.")]
EncodingOption = Annotated[
    StreamEncoding, typer.Option("--encoding", help="What bitstreams stand for; bipolar takes negative inputs.")
]
GuaranteeOption = Annotated[
    Guarantee,
    typer.Option("--guarantee", help="For every input; or with a probability, by LFSR bitstreams and without proof."),
]
ConfidenceOption = Annotated[
    float, typer.Option("--confidence", metavar="P", help="With which probability; statistical guarantee.")
]
SharingOption = Annotated[
    Sharing, typer.Option("--sharing", help="Registers of their own for each input, or a pair a layer; statistical.")
]
SeedOption = Annotated[int, typer.Option("--seed", metavar="N", help="Seed of the drawn registers; statistical.")]
NameOption = Annotated[
    str | None, typer.Option("--name", metavar="MODULE", help="Verilog module name; the file's by default.")
]
LanesOption = Annotated[int, typer.Option("--lanes", metavar="N", help="Outputs in parallel, folded layers.")]
ArchitectureOption = Annotated[
    Architecture | None,
    typer.Option(
        "--architecture",
        help="Structure of layers; bounds do not depend on it. Folded by default, parallel with streams.",
    ),
]
PipelineOption = Annotated[
    int, typer.Option("--pipeline", metavar="N", help="Adder levels between registers, parallel; 0 for none.")
]
RowScalesOption = Annotated[
    bool, typer.Option("--row-scales", help="A power-of-two scale for each output, fixed datapath.")
]
MinBitsOption = Annotated[int, typer.Option("--min-bits", metavar="N", help="Least width of a weight.")]
MaxBitsOption = Annotated[int, typer.Option("--max-bits", metavar="N", help="Greatest width of a weight.")]
MinLengthOption = Annotated[int, typer.Option("--min-length", metavar="N", help="Shortest bitstream.")]
MaxLengthOption = Annotated[int, typer.Option("--max-length", metavar="N", help="Longest bitstream.")]
MaxActivationBitsOption = Annotated[
    int, typer.Option("--max-activation-bits", metavar="N", help="Greatest width between layers.")
]
CostModelOption = Annotated[
    CostModel,
    typer.Option("--cost-model", help="To minimise: bits times log2 of stream lengths, or LUTs times cycles."),
]
BestEffortOption = Annotated[
    bool, typer.Option("--best-effort", help="Go on with the best plan if the target is out of reach, and exit with 1.")
]
VectorsOption = Annotated[
    int | None,
    typer.Option("--vectors", metavar="N", help="Most inputs to simulate; 300 fixed, 24 stochastic by default."),
]
JobsOption = Annotated[
    int | None, typer.Option("--jobs", "-j", metavar="N", help="Programs at once; the cores by default.")
]
TimeoutOption = Annotated[
    float | None, typer.Option("--timeout", metavar="S", help="Seconds for each proof task; 300 or more by default.")
]
CacheOption = Annotated[
    Path | None, typer.Option("--cache", metavar="DIR", help="Where answers of proofs are kept; ~/.cache/sc-precision.")
]
NoCacheOption = Annotated[bool, typer.Option("--no-cache", help="Prove everything again.")]
NoMutantsOption = Annotated[
    bool, typer.Option("--no-mutants", help="Leave out the faulty designs that must be refused.")
]
