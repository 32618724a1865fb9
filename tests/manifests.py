# SPDX-License-Identifier: Apache-2.0
"""Descriptions of designs as the manifests of folders that hold one file."""

from pathlib import Path

from sc_precision.design.manifest import make_manifest

OLD = Path(__file__).parent / "data" / "manifests"
"""Manifests that the first version wrote, shortened."""
FILES = {"hdl/x.v": {"sha256": "0" * 64, "bytes": 1}}
VECTORS = {"count": 1, "labelled": 0, "source": "random"}


def manifest_of(description, files=FILES, vectors=VECTORS):
    """The manifest, checked against its schema."""
    return make_manifest(description, files, vectors)
