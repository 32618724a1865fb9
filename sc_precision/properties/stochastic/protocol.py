# SPDX-License-Identifier: Apache-2.0
"""Pieces of the checkers of stochastic controllers: loading, running, waiting for the rows, results.

A checker counts for itself what should be happening: `step` is 0 while codes are loaded and `index` is that of the next
one; `t` is the cycle of a run; `misplaced` tells that a last was not where it belongs. Each function returns text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sc_precision.gateware.stochastic import ramp_port, stream_port
from sc_precision.params import DenseParams, StochasticDenseParams
from sc_precision.properties.checker.lemma import Lemma, Mutant, turn_out
from sc_precision.properties.checker.sv import header, index_width
from sc_precision.properties.dense.protocol import stall_check


@dataclass
class Lines:
    """Lines of a checker about what is below a controller, collected row by row.

    Parameters
    ----------
    declare, connect : list of str
        Wires, and the ports of the design that they are connected to.
    models : list of str
        What stands in for the rows, in each cycle.
    checks : list of str
        What the modules below must get, at all times.
    leaves : list of str
        Which accumulator each result is of.
    """

    declare: list[str] = field(default_factory=list)
    connect: list[str] = field(default_factory=list)
    models: list[str] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)
    leaves: list[str] = field(default_factory=list)

    def add_streams(self, ports: Iterable[str]) -> None:
        """Streams from the module that makes them."""
        for port in ports:
            self.declare.append(f"  (* anyseq *) wire {port};")
            self.connect.append(f"    .\\streams.{port} ({port}),")

    def add_accumulator(
        self, row: int, ports: Sequence[str], *, width: int, results: int, signed: bool = False
    ) -> None:
        """The ports of a row, and its accumulator, which is still while results leave in step `results`."""
        sign = "signed " if signed else ""
        self.declare += [
            f"  (* anyseq *) wire {sign}[{width - 1}:0] next_{row};",
            f"  reg {sign}[{width - 1}:0] acc_{row} = 0;",
        ]
        self.connect.append("    " + " ".join(f".\\row_{row}.{port} ({port}_{row})," for port in ports))
        # A row's accumulator may move until the cycle after its last enabled one; that is what the rows' lemma says.
        self.models.append(f"    if (step != {results} || rst) acc_{row} <= next_{row};")

    def add_row(self, output: int, synapses: int, *, width: int, signed: bool = False) -> None:
        """A row of an output of its own: cleared in step 0, enabled in step 1, read in step 3."""
        o = output
        self.declare += [
            f"  wire [{max(1, synapses) - 1}:0] x_{o}, w_{o};",
            f"  wire clk_{o}, rst_{o}, clear_{o}, enable_{o};",
        ]
        ports = ("clk", "rst", "x", "w", "clear", "enable", "acc")
        self.add_accumulator(o, ports, width=width, results=3, signed=signed)
        self.checks += [
            f"    row_{o}_reset: assert (clk_{o} == clk && rst_{o} == rst);",
            f"    row_{o}_in_time: assert (clear_{o} == (step == 0) && enable_{o} == (step == 1));",
        ]

    def add_row_streams(self, p: StochasticDenseParams, output: int) -> None:
        """Each synapse of a row gets the streams of its input and level."""
        synapses = [(group.length_log2, i) for group in p.row_groups(output) for i in group.inputs]
        if synapses:
            x = ", ".join(ramp_port(m, i) for m, i in reversed(synapses))
            w = ", ".join(stream_port(m, int(p.stream_ones[output, i])) for m, i in reversed(synapses))
            self.checks.append(
                f"    row_{output}_gets_its_streams: assert (x_{output} == {{{x}}} && w_{output} == {{{w}}});"
            )


@dataclass(frozen=True)
class Drain:
    """Waiting until the rows' registers are empty.

    Parameters
    ----------
    stages : int
        Registers in a row's adders; where there are none, one cycle is waited.
    step : int
        In which it is waited; the next one follows.
    """

    stages: int
    step: int

    @property
    def declare(self) -> str:
        """The counter, and the layer's."""
        width = index_width(self.stages + 1)
        text = f"  wire [{width - 1}:0] dut_drain;\n  reg [{width}:0] drain = 0;\n"
        return text if self.stages else ""

    @property
    def connect(self) -> str:
        """End of the design's ports."""
        return ", .drain(dut_drain)" if self.stages else ""

    @property
    def case(self) -> str:
        """What happens in the step."""
        after = f"step <= {self.step + 1};"
        if not self.stages:
            return f"      {self.step}: {after}"
        ends = f"if (drain == {self.stages}) begin drain <= 0; {after} end else drain <= drain + 1;"
        return f"      {self.step}: {ends}"

    @property
    def checks(self) -> str:
        """The layer's counter is this one."""
        text = (
            f"    drain_follows: assert (dut_drain == drain && drain <= {self.stages});\n"
            f"    if (step != {self.step}) drain_starts: assert (drain == 0);\n"
        )
        return text if self.stages else ""

    @property
    def registers(self) -> tuple[str, ...]:
        """Names of registers in the layer; also of those in the checker."""
        return ("drain",) if self.stages else ()


def first_lines(name: str, claim: str, p: DenseParams, inputs: str = "") -> str:
    """Begin of a checker: the wires at the layer's streams, and at its output stage.

    Parameters
    ----------
    name, claim : str
        Of the lemma.
    p : DenseParams
    inputs : str
        Further inputs, each with a comma and a space after it.
    """
    xw, cw, acc = p.inputs.format.width, p.output.format.width, p.acc.width
    return f"""{header(name, claim)}module {name}_check(input wire clk);
  (* anyseq *) wire [{xw - 1}:0] in_code;
  (* anyseq *) wire in_last, in_valid, out_ready, {inputs}rst;
  (* anyconst *) wire [{index_width(p.n_in) - 1}:0] watched;
  always @* assume (watched < {p.n_in});
  wire in_ready, out_valid, frame_error;
  wire [{cw}:0] out_payload;
  wire [{acc - 1}:0] stage_acc;
  (* anyseq *) wire [{cw - 1}:0] stage_code;
"""


def instance(p: DenseParams) -> str:
    """Begin of the layer's instance, with its streams."""
    return f"""\
  {p.name} dut (.clk(clk), .rst(rst), .i__payload({{in_last, in_code}}), .i__valid(in_valid), .i__ready(in_ready),
    .o__payload(out_payload), .o__valid(out_valid), .o__ready(out_ready), .frame_error(frame_error)"""


def load_case(p: DenseParams) -> str:
    """Step 0: codes are loaded; step 1 follows."""
    last = f"index == {p.n_in - 1}"
    return f"""\
      0: if (in_valid) begin
        if (index == watched) watched_code <= in_code;
        if (in_last != ({last})) misplaced <= 1;
        index <= {last} ? 0 : index + 1;
        if ({last}) step <= 1;
      end"""


def run_case(cycles: int, step: int) -> str:
    """A step of all cycles; the next one follows."""
    return f"""\
      {step}: begin
        t <= t == {cycles - 1} ? 0 : t + 1;
        if (t == {cycles - 1}) step <= {step + 1};
      end"""


def result_case(p: DenseParams) -> str:
    """The last step: result after result leaves; step 0 follows."""
    last = f"out == {p.n_out - 1}"
    return f"""\
      default: if (out_ready) begin
        out <= {last} ? 0 : out + 1;
        if ({last}) step <= 0;
      end"""


def reset_lines(*registers: str, **values: int) -> str:
    """Reset of the checker's registers, to 0 or another value.

    Parameters
    ----------
    registers : str
        Their names, besides `step`.
    values : int
        Of those that do not start at 0, by name.
    """
    lines = [f"      {name} <= {values.get(name, 0)};" for name in ("step", *registers)]
    return "\n".join(["    if (rst) begin", *lines, "    end"])


def stream_checks(results: int) -> str:
    """Codes are accepted in step 0, results offered in step `results`, and a misplaced last is told."""
    return f"""\
    ready_while_loading: assert (in_ready == (step == 0));
    valid_with_results: assert (out_valid == (step == {results}));
    error_is_reported: assert (frame_error == misplaced);"""


def result_checks(p: DenseParams, lines: Lines, results: int, last: str) -> str:
    """What leaves in step `results`, with last where the condition `last` says."""
    cw = p.output.format.width
    return "\n".join(
        [
            f"    if (step == {results}) begin",
            f"      code_from_stage: assert (out_payload[{cw - 1}:0] == stage_code);",
            f"      last_on_last: assert (out_payload[{cw}] == ({last}));",
            *lines.leaves,
            "    end",
        ]
    )


def codes_kept(p: DenseParams) -> str:
    """From its loading on, the watched code is what the streams are made of."""
    width = p.inputs.format.width
    return "\n".join(
        f"    if (watched == {i} && (step != 0 || index > {i}))"
        f" code_{i}_kept: assert (codes[{(i + 1) * width - 1}:{i * width}] == watched_code);"
        for i in range(p.n_in)
    )


def control_lemma(
    p: DenseParams,
    claim: str,
    body: str,
    *,
    below: Sequence[str],
    show: Sequence[str],
    assumes: tuple[str, ...],
    mutants: Iterable[Mutant],
    mutant_depth: int = 8,
) -> Lemma:
    """The lemma about a controller.

    Parameters
    ----------
    p : DenseParams
    claim : str
    body : str
        The checker without its end, the stability of results under stall.
    below : sequence of str
        Patterns of what the layer's modules that are left out are called, after ``<layer>_``.
    show : sequence of str
        Registers of the layer that the checker reads, besides its state and counters of inputs and outputs.
    assumes, mutants, mutant_depth
        See `Lemma`.
    """
    name = f"{p.name}_control"
    return Lemma(
        name=name,
        core=p.name,
        property="stream protocol",
        claim=claim,
        top=f"{name}_check",
        checker=body + stall_check(p),
        hdl=(f"{p.name}.v", f"{p.name}_core.v"),
        prepare=turn_out(
            p.name, *(f"{p.name}_{module}" for module in below), show=("state", "index", "output_index", *show)
        ),
        assumes=assumes,
        depth=2,
        engines=("smtbmc z3", "smtbmc bitwuzla"),
        mutant_depth=mutant_depth,
        mutants=tuple(mutants),
    )
