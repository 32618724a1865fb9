# SPDX-License-Identifier: Apache-2.0
"""A 2-3-2 network, its plans and its bundles, made once per test process; copies for tests that change them."""

import shutil

import numpy as np
import pytest

from sc_precision.bundle import emit_bundle, open_bundle
from sc_precision.importers import NetworkFile, write_network
from sc_precision.network import Dense, Network
from sc_precision.plan.network import plan_network

TARGETS = {"fixed": 0.05, "stochastic": 0.5}
VECTORS = 12


def tiny_file():
    """A network with 20 test inputs and the labels that the exact network gives them."""
    rng = np.random.default_rng(3)
    hidden = Dense(rng.normal(size=(3, 2)), rng.normal(size=3) * 0.1, "relu")
    output = Dense(rng.normal(size=(2, 3)), rng.normal(size=2) * 0.1)
    network = Network((hidden, output), 0.0, 1.0, 4)
    inputs = rng.integers(0, 17, (20, 2)) / 16
    return NetworkFile(network, inputs, network.forward(inputs).argmax(axis=1))


def tiny_plan(datapath):
    return plan_network(tiny_file().network, target_error=TARGETS[datapath], datapath=datapath, name="tiny", lanes=2)


@pytest.fixture(scope="session")
def tiny_npz(tmp_path_factory):
    """The network in a file."""
    file = tiny_file()
    path = tmp_path_factory.mktemp("network") / "tiny.npz"
    write_network(path, file.network, file.test_inputs, file.test_labels)
    return path


@pytest.fixture(scope="session")
def tiny_plans():
    return {datapath: tiny_plan(datapath) for datapath in TARGETS}


@pytest.fixture(scope="session")
def tiny_bundles(tiny_plans, tmp_path_factory):
    """Bundles by datapath; not to be changed."""
    file, folder = tiny_file(), tmp_path_factory.mktemp("bundles")
    return {
        datapath: emit_bundle(
            plan, folder / datapath, test_inputs=file.test_inputs, test_labels=file.test_labels, vectors=VECTORS
        )
        for datapath, plan in tiny_plans.items()
    }


@pytest.fixture
def tiny_copy(tiny_bundles, tmp_path):
    """A copy of the fixed bundle that a test may change."""
    shutil.copytree(tiny_bundles["fixed"].folder, tmp_path / "copy")
    return open_bundle(tmp_path / "copy")
