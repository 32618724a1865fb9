# SPDX-License-Identifier: Apache-2.0
import io
import os
import pickle
import stat
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sc_precision.errors import InputError
from sc_precision.importers import NetworkFile, arrays, read_network, write_network
from sc_precision.network import Activation, Dense, Network

DIGITS = Path(__file__).parents[2] / "examples" / "digits" / "digits.npz"

W0 = np.array([[1.0, -2.0], [0.5, 0.25], [-1.0, 1.0]])
B0 = np.array([0.0, 0.125, -0.5])
W1 = np.array([[1.0, 2.0, 3.0], [0.1, 0.0, -1.0]])
PLAIN = {"weight_0": W0, "bias_0": B0, "weight_1": W1}
TESTS = {"test_inputs": [[0.0, 0.5], [1.0, 0.25]], "test_labels": [0, 1]}


def saved(folder: Path, *listed, **keys) -> Path:
    path = folder / "net.npz"
    np.savez(path, *listed, **keys)
    return path


def npy(array, version=None) -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.asarray(array), version)
    return stream.getvalue()


def header_only(header: str, data: bytes = b"", version: tuple[int, int] = (1, 0)) -> bytes:
    """Bytes of an .npy file with any text for a header."""
    text = header.encode("latin1") + b"\n"
    length = struct.pack("<H" if version == (1, 0) else "<I", len(text))
    return b"\x93NUMPY" + bytes(version) + length + text + data


def zipped(folder: Path, members, compression=zipfile.ZIP_STORED) -> Path:
    path = folder / "net.npz"
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def refused(path: Path, message: str) -> None:
    """The file is refused with one short line that names it and then says `message`."""
    with pytest.raises(InputError) as caught:
        read_network(path)
    text = str(caught.value)
    assert text.startswith(f"{path}: ")
    problem = text.removeprefix(f"{path}: ")
    assert message in problem
    assert "\n" not in text
    assert len(problem) < 300


# --- what is read -------------------------------------------------------------------------------------------------


def test_plain_file_and_defaults(tmp_path):
    file = read_network(saved(tmp_path, **PLAIN))
    first, last = file.network.layers
    np.testing.assert_array_equal(first.weight, W0)
    np.testing.assert_array_equal(first.bias, B0)
    np.testing.assert_array_equal(last.weight, W1)
    np.testing.assert_array_equal(last.bias, [0.0, 0.0])
    assert (first.activation, last.activation) == (Activation.RELU, Activation.IDENTITY)
    assert (first.name, last.name) == ("layer_0", "layer_1")
    net = file.network
    assert (net.input_low, net.input_high, net.input_fraction) == (0.0, 1.0, None)
    assert file.test_inputs is None
    assert file.test_labels is None


def test_all_keys(tmp_path):
    file = read_network(
        saved(
            tmp_path,
            **PLAIN,
            bias_1=np.array([1, 2], np.int16),
            activations=["identity", "relu"],
            names=["first", ""],
            input_range=[-1, 2],
            input_fraction=2,
            **TESTS,
        )
    )
    first, last = file.network.layers
    assert (first.activation, last.activation) == (Activation.IDENTITY, Activation.RELU)
    assert (first.name, last.name) == ("first", "layer_1")
    np.testing.assert_array_equal(last.bias, [1.0, 2.0])
    net = file.network
    assert (net.input_low, net.input_high, net.input_fraction) == (-1.0, 2.0, 2)
    np.testing.assert_array_equal(file.test_inputs, TESTS["test_inputs"])
    np.testing.assert_array_equal(file.test_labels, TESTS["test_labels"])
    assert file.test_labels.dtype == np.int64


def test_order_of_the_keys_does_not_matter(tmp_path):
    many = {f"weight_{i}": [[i + 1.0]] for i in reversed(range(12))}
    layers = read_network(saved(tmp_path, **many)).network.layers
    assert [layer.weight[0, 0] for layer in layers] == [float(i + 1) for i in range(12)]


@pytest.mark.parametrize("listed", [(W0, B0, W1), (W0, W1, [3, 4])])
def test_plain_list(tmp_path, listed):
    first, last = read_network(saved(tmp_path, *listed, input_fraction=1)).network.layers
    np.testing.assert_array_equal(first.weight, W0)
    np.testing.assert_array_equal(last.weight, W1)
    np.testing.assert_array_equal(first.bias, B0 if listed[1] is B0 else np.zeros(3))
    np.testing.assert_array_equal(last.bias, np.zeros(2) if listed[1] is B0 else [3.0, 4.0])


@pytest.mark.parametrize("dtype", ["<f4", ">f8", "<f2", "i1", "<u2", ">i4"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_dtypes_and_orders(tmp_path, dtype, order):
    weight = np.array([[1, 2, 3], [4, 5, 6]], dtype=dtype, order=order)
    layer = read_network(saved(tmp_path, weight_0=weight)).network.layers[0]
    np.testing.assert_array_equal(layer.weight, [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def test_compressed_file_and_second_header_version(tmp_path):
    path = zipped(tmp_path, [("weight_0.npy", npy(W0, (2, 0)))], zipfile.ZIP_DEFLATED)
    np.testing.assert_array_equal(read_network(path).network.layers[0].weight, W0)


def test_header_of_python_2(tmp_path):
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1L, 2L)}"
    path = zipped(tmp_path, [("weight_0.npy", header_only(header, np.array([1.0, 2.0]).tobytes()))])
    np.testing.assert_array_equal(read_network(path).network.layers[0].weight, [[1.0, 2.0]])


def test_path_as_text(tmp_path):
    assert read_network(str(saved(tmp_path, **PLAIN))).network.n_out == 2


# --- files that are no files --------------------------------------------------------------------------------------


def test_missing_file(tmp_path):
    refused(tmp_path / "none.npz", "no such file")


def test_folder(tmp_path):
    refused(tmp_path, "is not a file; give an .npz file")


def test_device_is_not_read_for_ever():
    refused(Path("/dev/zero"), "is not a file")


@pytest.mark.parametrize(("path", "message"), [(3, "path-like, got 3"), (None, "got None"), ("a\0b", "null character")])
def test_no_path(path, message):
    with pytest.raises(InputError, match=f"^path must .*{message}"):
        read_network(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_unreadable_file(tmp_path):
    path = saved(tmp_path, **PLAIN)
    path.chmod(0)
    refused(path, "cannot be read as .npz (Permission denied)")


@pytest.mark.parametrize("content", [b"", b"PK", b"weights: 1, 2, 3\n" * 10, npy(W0), pickle.dumps({"weight_0": 1})])
def test_no_zip(tmp_path, content):
    path = tmp_path / "net.npz"
    path.write_bytes(content)
    refused(path, "cannot be read as .npz (File is not a zip file); write the file with numpy.savez")


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.99])
def test_truncated_file(tmp_path, kept):
    path = saved(tmp_path, **PLAIN)
    content = path.read_bytes()
    path.write_bytes(content[: int(kept * len(content))])
    refused(path, "cannot be read as .npz (File is not a zip file)")


def test_front_of_the_file_missing(tmp_path):
    path = saved(tmp_path, **PLAIN)
    path.write_bytes(path.read_bytes()[100:])
    refused(path, "cannot be read")


def test_flipped_bit_in_the_data(tmp_path):
    path = saved(tmp_path, weight_0=np.ones((8, 8)))
    content = bytearray(path.read_bytes())
    content[300] ^= 1
    path.write_bytes(bytes(content))
    refused(path, "weight_0: cannot be read (Bad CRC-32 for file 'weight_0.npy')")


def test_encrypted_member(tmp_path):
    path = saved(tmp_path, weight_0=W0)
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    path.write_bytes(bytes(content))
    refused(path, "weight_0: cannot be read (File ")
    refused(path, "is encrypted, password")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damaged_files_are_read_or_refused_but_never_crash(tmp_path, data):
    path = saved(tmp_path, **PLAIN, **TESTS, activations=["relu", "identity"])
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(content))
    try:
        outcome = type(read_network(path)).__name__
    except InputError as error:
        outcome = str(error)
    assert outcome == NetworkFile.__name__ or outcome.startswith(f"{path}: ")
    assert "\n" not in outcome


# --- hostile sizes ------------------------------------------------------------------------------------------------


def test_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(arrays, "MAX_BYTES", 1_000_000)
    path = zipped(tmp_path, [("weight_0.npy", npy(np.zeros((1000, 126))))], zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 10_000
    refused(path, "unpacks to 1008128 bytes; at most 1000000 are read")


def test_member_that_claims_to_be_smaller_than_it_is(tmp_path):
    path = zipped(tmp_path, [("weight_0.npy", npy(np.zeros((1000, 100))))], zipfile.ZIP_DEFLATED)
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02") + 24  # uncompressed size in the directory
    content[at : at + 4] = struct.pack("<I", 100_000)
    path.write_bytes(bytes(content))
    refused(path, "weight_0: shape (1000, 100) of float64 does not fit the 100000 bytes there are")


def test_many_small_values(tmp_path, monkeypatch):
    monkeypatch.setattr(arrays, "MAX_VALUES", 100)
    path = saved(tmp_path, weight_0=np.ones((9, 9), np.int8), bias_0=np.ones(20, np.int8))
    refused(path, "bias_0: brings the file to 101 values; at most 100 are read")


def test_many_arrays(tmp_path, monkeypatch):
    monkeypatch.setattr(arrays, "MAX_ARRAYS", 2)
    refused(saved(tmp_path, **PLAIN), "holds 3 arrays; at most 2 are read")


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000, 1000000)}", "does not fit the"),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (-1, -1)}", "does not fit the"),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (0, -1)}", "does not fit the"),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (" + "9" * 400 + ", 1)}", "does not fit the"),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (1.5, 1)}", "cannot be read (shape is not valid"),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (" + "1, " * 80 + ")}", "must have 2 dimensions"),
        ("{'descr': 'what', 'fortran_order': False, 'shape': (1, 1)}", "cannot be read (descr is not a valid dtype"),
        ("{'descr': '<f8', 'shape': (1, 1)}", "cannot be read (Header does not contain the correct keys"),
        ("__import__('os').getpid()", "cannot be read ("),
        ("(" * 5000, "cannot be read ("),
        ("-" * 9000 + "1", "cannot be read ("),
        ("{" + " " * 20000 + "}", "cannot be read (Header info length"),
        ("\0", "cannot be read ("),
    ],
)
def test_hostile_header(tmp_path, header, message):
    refused(zipped(tmp_path, [("weight_0.npy", header_only(header, bytes(8)))]), message)


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY", b"\x93NUMPY\x01\x00\xff\xff{", b"text"])
def test_member_that_is_no_array(tmp_path, content):
    refused(zipped(tmp_path, [("weight_0.npy", content)]), "weight_0: cannot be read (")


def test_unknown_array_version(tmp_path):
    content = header_only("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1)}", bytes(8), (3, 0))
    refused(zipped(tmp_path, [("weight_0.npy", content)]), "weight_0: unknown .npy version (3, 0)")


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_compression(tmp_path, compression):
    path = zipped(tmp_path, [("weight_0.npy", npy(W0))], compression)
    refused(path, f"weight_0: unknown compression {compression}")


def test_objects_are_never_unpickled(tmp_path):
    class Trap:
        def __reduce__(self):
            return (os.mkdir, (str(tmp_path / "trap"),))

    refused(saved(tmp_path, weight_0=np.array([[Trap()]], dtype=object)), "weight_0: holds Python objects")
    assert not (tmp_path / "trap").exists()


# --- keys ---------------------------------------------------------------------------------------------------------

KNOWN = "known are weight_<i>, bias_<i>, activations, names, input_range, input_fraction, test_inputs, test_labels"


@pytest.mark.parametrize("key", ["extra", "weight", "bias", "arr", "weight_00", "weight_-1", "weight_99999", "Names"])
def test_unknown_key(tmp_path, key):
    refused(saved(tmp_path, weight_0=W0, **{key: [1]}), f"unknown key '{key}'; {KNOWN}")


@pytest.mark.parametrize("name", ["weight_1", "readme.txt", "../weight_1", "folder/", "\n.npy", "x" * 5000])
def test_member_that_is_no_key(tmp_path, name):
    refused(zipped(tmp_path, [("weight_0.npy", npy(W0)), (name, b"")]), "unknown key ")


def test_key_that_is_there_twice(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = zipped(tmp_path, [("weight_0.npy", npy(W0)), ("weight_0.npy", npy(W1))])
    refused(path, "weight_0: is there twice; write the file with numpy.savez")


def content_errors():
    base = PLAIN

    def case(message, **changes):
        return pytest.param({**base, **changes}, message, id=message)

    yield pytest.param({"bias_0": B0}, "weight_0 is missing; known keys are weight_<i>", id="no weights")
    yield pytest.param({}, "weight_0 is missing", id="no arrays")
    yield pytest.param({"weight_0": W0, "weight_2": W1}, "weight_1 is missing, but there is weight_2", id="gap")
    yield pytest.param({"weight_1": W0}, "weight_0 is missing, but there is weight_1", id="from 1")
    yield case("bias_2: there is no weight_2", bias_2=[1.0])
    yield case("weight_0: must have 2 dimensions, got shape (1, 3, 2)", weight_0=W0[None])
    yield case("weight_0: must have 2 dimensions, got shape (3,)", weight_0=B0)
    yield case("bias_0: must have 1 dimensions, got shape (1, 3)", bias_0=B0[None])
    yield case("weight_0: entry [0, 1] is nan; all must be finite", weight_0=[[1.0, np.nan]])
    yield case("bias_0: entry [2] is -inf; all must be finite", bias_0=[0.0, 1.0, -np.inf])
    yield case("weight_0: must hold real numbers, got dtype complex128", weight_0=W0 + 1j)
    yield case("weight_0: must hold real numbers, got dtype bool", weight_0=W0 > 0)
    yield case("weight_0: must hold real numbers, got dtype", weight_0=np.zeros((2, 2), "f8,f8"))
    yield case("weight_0 and bias_0: layer: weight must be a non-empty 2-D array", weight_0=np.zeros((3, 0)))
    yield case("weight_0 and bias_0: layer: bias must have shape (3,), got (2,)", bias_0=[1.0, 2.0])
    yield case("network: layer_0 has 3 outputs but layer_1 expects 2 inputs", weight_1=W1[:, :2])
    yield case("activations: must have an entry for each of the 2 layers, got 1", activations=["relu"])
    yield case("activations: must have an entry for each of the 2 layers, got 3", activations=["relu"] * 3)
    yield case("activations: entry 1 must be one of identity, relu, got 'tanh'", activations=["relu", "tanh"])
    yield case("activations: must hold text, got dtype", activations=[0, 1])
    yield case("activations: must hold text, got dtype |S4", activations=[b"relu", b"relu"])
    yield case("activations: must have 1 dimensions, got shape ()", activations="relu")
    yield case("names: must have an entry for each of the 2 layers, got 0", names=np.array([], "U1"))
    yield case("names: must hold printable text", names=["a\nb", "c"])
    yield case("names: must hold texts of at most 64 characters, got 65", names=["x" * 65, "c"])
    yield case("layer names must differ, got ['a', 'a']", names=["a", "a"])
    yield case("input_range: must hold 2 numbers, got shape (3,)", input_range=[0, 1, 2])
    yield case("input_range: must have 1 dimensions, got shape ()", input_range=1.0)
    yield case("input_range: entry [1] is nan", input_range=[0.0, np.nan])
    yield case("the input range must contain 0, not be empty", input_range=[1.0, 0.0])
    yield case("input_fraction must be at most 24, got 25", input_fraction=25)
    yield case("input_fraction must be at least 0, got -1", input_fraction=-1)
    yield case("input_fraction: must hold ints, got dtype", input_fraction=4.0)
    yield case("input_fraction: must have 0 dimensions, got shape (1,)", input_fraction=[4])
    yield case("test_inputs: expected shape (batch, 2), got (1, 3)", test_inputs=[[0.0, 0.0, 0.0]])
    yield case("test_inputs: expected shape (batch, 2), got (0, 2)", test_inputs=np.zeros((0, 2)))
    yield case("test_inputs: must have 2 dimensions, got shape (2,)", test_inputs=[0.0, 0.0])
    yield case("test_inputs: entry [0, 1] is 1.5, outside [0.0, 1.0]", test_inputs=[[0.0, 1.5]])
    yield case("test_inputs: entry [0, 0] is nan", test_inputs=[[np.nan, 0.0]])
    yield case("test_inputs: entry [0, 0] is 0.3, not a multiple of 2**-4", test_inputs=[[0.3, 0.0]], input_fraction=4)
    yield case("test_labels: there are no test_inputs for them", test_labels=[0, 1])
    yield case("test_labels: expected shape (2,), got (3,)", **{**TESTS, "test_labels": [0, 1, 0]})
    yield case("test_labels: entry 1 is 2, not 0 to 1", **{**TESTS, "test_labels": [0, 2]})
    yield case("test_labels: entry 0 is -1, not 0 to 1", **{**TESTS, "test_labels": [-1, 1]})
    yield case(
        "test_labels: entry 0 is 18446744073709551615", **{**TESTS, "test_labels": np.array([2**64 - 1, 0], "u8")}
    )
    yield case("test_labels: must hold ints, got dtype", **{**TESTS, "test_labels": [0.0, 1.0]})
    yield case("test_labels: must have 1 dimensions, got shape (2, 1)", **{**TESTS, "test_labels": [[0], [1]]})


@pytest.mark.parametrize(("keys", "message"), list(content_errors()))
def test_content_error(tmp_path, keys, message):
    refused(saved(tmp_path, **keys), message)


@pytest.mark.parametrize(
    ("listed", "keys", "message"),
    [
        ((B0, W0), {}, "arr_0: a vector must be the bias right after a matrix, got shape (3,)"),
        ((W0, B0, B0), {}, "arr_2: a vector must be the bias right after a matrix"),
        ((W0[None],), {}, "arr_0: must have 1 or 2 dimensions, got shape (1, 3, 2)"),
        ((W0,), {"weight_0": W0}, "arr_0: there are weight_<i> or bias_<i> too; use one way of naming"),
        ((), {"arr_0": W0, "arr_2": W1}, "arr_1 is missing, but there is arr_2; number arrays from 0"),
    ],
)
def test_plain_list_errors(tmp_path, listed, keys, message):
    refused(saved(tmp_path, *listed, **keys), message)


# --- writing ------------------------------------------------------------------------------------------------------


def network(**options) -> Network:
    first = Dense(W0, B0, "relu", "first layer")
    return Network((first, Dense(W1, [1e-300, 1e300], "identity")), **options)


@pytest.mark.parametrize("options", [{}, {"input_low": -0.1, "input_high": 3.0, "input_fraction": 4}])
@pytest.mark.parametrize("tests", [{}, {"test_inputs": TESTS["test_inputs"]}, TESTS])
def test_round_trip(tmp_path, options, tests):
    written = network(**options)
    write_network(tmp_path / "net.npz", written, **tests)
    file = read_network(tmp_path / "net.npz")
    read = file.network
    for before, after in zip(written.layers, read.layers, strict=True):
        np.testing.assert_array_equal(after.weight, before.weight)
        np.testing.assert_array_equal(after.bias, before.bias)
        assert (after.activation, after.name) == (before.activation, before.name)
    for name in ("input_low", "input_high", "input_fraction"):
        assert getattr(read, name) == getattr(written, name)
    for name in ("test_inputs", "test_labels"):
        assert (getattr(file, name) is None) == (name not in tests)
        if name in tests:
            np.testing.assert_array_equal(getattr(file, name), tests[name])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=5))
def test_every_float_survives(tmp_path, values):
    write_network(tmp_path / "net.npz", Network((Dense([values]),)))
    weight = read_network(tmp_path / "net.npz").network.layers[0].weight
    assert weight.tobytes() == np.array([values]).tobytes()


def test_float32_weights_take_four_bytes(tmp_path):
    write_network(tmp_path / "net.npz", Network((Dense(W0),)))
    with np.load(tmp_path / "net.npz", allow_pickle=False) as content:
        assert content["weight_0"].dtype == np.float32
    write_network(tmp_path / "net.npz", Network((Dense(W1),)))
    with np.load(tmp_path / "net.npz", allow_pickle=False) as content:
        assert content["weight_0"].dtype == np.float64


def test_same_bytes_every_time(tmp_path, monkeypatch):
    write_network(tmp_path / "one.npz", network(), **TESTS)
    monkeypatch.setattr("time.localtime", lambda *_: (2001, 1, 1, 0, 0, 0, 0, 1, 0))
    monkeypatch.setattr("time.time", lambda: 1e9)
    write_network(tmp_path / "two.npz", network(), **{k: np.array(v, order="F") for k, v in TESTS.items()})
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.npz") as archive:
        for info in archive.infolist():
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            assert info.compress_type == zipfile.ZIP_STORED
            assert (info.create_system, stat.S_IMODE(info.external_attr >> 16)) == (3, 0o644)


def test_interrupted_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "net.npz"
    write_network(path, network())
    before = path.read_bytes()
    calls = []

    def interrupt(*arguments, **options):
        calls.append(arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(np.lib.format, "write_array", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_network(path, network(), **TESTS)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["net.npz"]


def test_no_space_left(tmp_path, monkeypatch):
    def full(*arguments, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np.lib.format, "write_array", full)
    with pytest.raises(InputError, match=r"net\.npz'? ?:? ?cannot be written \(No space left on device\)"):
        write_network(tmp_path / "net.npz", network())
    assert not os.listdir(tmp_path)


def test_folder_that_is_missing(tmp_path):
    with pytest.raises(InputError, match=r"cannot be written \(No such file or directory\)"):
        write_network(tmp_path / "none" / "net.npz", network())


def test_writing_onto_a_folder(tmp_path):
    with pytest.raises(InputError, match=r"is a folder; give the name of the \.npz file to write"):
        write_network(tmp_path, network())


def test_writing_below_a_file(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"cannot be written \(Not a directory\)"):
        write_network(tmp_path / "file" / "net.npz", network())


@pytest.mark.parametrize(
    ("tests", "message"),
    [
        ({"test_inputs": [[2.0, 0.0]]}, r"^test_inputs: entry \[0, 0\] is 2\.0, outside"),
        ({"test_labels": [1]}, r"^test_labels: there are no test_inputs for them$"),
        ({"test_inputs": [[0.0, 0.0]], "test_labels": [[1], [1, 2]]}, r"^test_labels is no array of numbers: "),
        ({"test_inputs": [[0.0, 0.0]], "test_labels": [True]}, r"^test_labels: must hold ints, got dtype bool$"),
    ],
)
def test_bad_test_data_are_not_written(tmp_path, tests, message):
    with pytest.raises(InputError, match=message):
        write_network(tmp_path / "net.npz", network(), **tests)
    assert not os.listdir(tmp_path)


def test_only_networks_are_written(tmp_path):
    with pytest.raises(InputError, match=r"^network must be a Network, got list$"):
        write_network(tmp_path / "net.npz", [W0])


# --- the example --------------------------------------------------------------------------------------------------


def test_digits_example_is_what_its_readme_says():
    file = read_network(DIGITS)
    net = file.network
    assert [(layer.name, layer.n_out, layer.n_in, layer.activation) for layer in net.layers] == [
        ("hidden", 32, 64, Activation.RELU),
        ("output", 10, 32, Activation.IDENTITY),
    ]
    assert (net.input_low, net.input_high, net.input_fraction) == (0.0, 1.0, 4)
    assert file.test_inputs.shape == (300, 64)
    right = int((net.forward(file.test_inputs).argmax(axis=1) == file.test_labels).sum())
    first, second = (np.abs(layer.weight) for layer in net.layers)
    readme = DIGITS.with_name("README.md").read_text()
    for line in (
        f"| accuracy, 300 stored test images | {right / 3:.2f} % ({right}) |",
        f"| greatest row sum of \\|W1\\| | {first.sum(axis=1).max():.2f} |",
        f"| greatest row sum of \\|W2\\| | {second.sum(axis=1).max():.2f} |",
        f"| greatest row sum of \\|W2\\|\\|W1\\| | {(second @ first).sum(axis=1).max():.1f} |",
    ):
        assert line in readme
    assert right == 294


def test_digits_test_images_are_none_of_those_trained_with():
    # The split is a function of seeds and the data that scikit-learn ships; repeat it without the script.
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    pixels, labels = load_digits(return_X_y=True)
    trained, held_out, _, right = train_test_split(
        pixels / 16.0, labels, test_size=0.5, random_state=0, stratify=labels
    )
    file = read_network(DIGITS)
    kept = {row.tobytes(): label for row, label in zip(held_out, right, strict=True)}
    assert [kept.get(row.tobytes()) for row in file.test_inputs] == file.test_labels.tolist()
    assert not {row.tobytes() for row in trained} & {row.tobytes() for row in file.test_inputs}
    accuracy = (file.network.forward(held_out).argmax(axis=1) == right).mean()
    assert f"| accuracy, all 899 held-out images | {100 * accuracy:.2f} %" in DIGITS.with_name("README.md").read_text()
    assert DIGITS.stat().st_size < 200_000


@pytest.mark.parametrize("suffix", [".onnx", ".pt", ".h5", ".H5", ".keras", ".npy"])
def test_files_of_others_are_named(tmp_path, suffix):
    path = tmp_path / f"net{suffix}"
    path.write_bytes(b"anything")
    with pytest.raises(InputError, match=f"net{suffix}: {suffix} files are not read; save the weights with numpy"):
        read_network(path)
