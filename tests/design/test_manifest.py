# SPDX-License-Identifier: Apache-2.0
import json

import pytest
from designs import DESIGNS
from jsonschema import Draft202012Validator
from manifests import FILES, OLD, manifest_of

from sc_precision.bundle import BUNDLE_SCHEMA, emit_bundle, is_bundle, open_bundle
from sc_precision.bundle.designs import open_design
from sc_precision.cli import run
from sc_precision.design.compile import compile_design
from sc_precision.design.design import is_design
from sc_precision.design.manifest import (
    DESIGN_KINDS,
    MANIFEST_SCHEMA,
    PLAN_KIND,
    check_manifest,
    manifest_schema,
)
from sc_precision.errors import ConsistencyError, InputError


@pytest.fixture(scope="module")
def design():
    return compile_design(DESIGNS["two_fixed"], "two_fixed")


@pytest.fixture
def old(tmp_path):
    """Folders of the first version."""
    folders = {}
    for path in OLD.iterdir():
        folder = tmp_path / path.stem
        folder.mkdir()
        (folder / "manifest.json").write_bytes(path.read_bytes())
        folders[path.stem] = folder
    return folders


def test_the_schema_is_one_and_knows_all_kinds():
    Draft202012Validator.check_schema(manifest_schema())
    assert manifest_schema()["$id"] == MANIFEST_SCHEMA == BUNDLE_SCHEMA
    assert tuple(manifest_schema()["properties"]["kind"]["enum"]) == (PLAN_KIND, *DESIGN_KINDS)


def test_what_is_made_keeps_it(design):
    manifest = manifest_of(design.manifest)
    assert check_manifest(manifest) == manifest
    assert manifest["files"] == FILES
    assert (manifest["lemmas"], manifest["assumed"], manifest["not_proven"]) == ([], [], [])


SPOILT = [{"kind": "other"}, {"layers": []}, {"parameters_sha256": "1"}, {"kind": DESIGN_KINDS[2]}, {"kind": PLAN_KIND}]


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_description_that_would_break_it_is_not_written(design, spoilt):
    with pytest.raises(ConsistencyError, match=r"breaks its own schema: manifest\.json: "):
        manifest_of(design.manifest | spoilt)


def test_a_folder_of_the_first_version_is_to_be_made_again(old, capsys):
    with pytest.raises(InputError, match=r"schema 'sc_precision\.bundle\.v1' where .*; emit the bundle again"):
        open_bundle(old["bundle_v1"])
    with pytest.raises(InputError, match=r"schema 'none' where this one has .*; compile the design again"):
        open_design(old["design_v1"])
    for name in old:
        assert run(["prove", str(old[name])]) == 2
        error = capsys.readouterr().err
        assert "written by another version" in error
        assert error.count("\n") == 1


def test_a_folder_of_the_first_version_is_replaced(old, design, tiny_plans):
    assert is_bundle(old["bundle_v1"])
    assert not is_bundle(old["design_v1"])
    assert is_design(old["design_v1"])
    assert not is_design(old["bundle_v1"])
    design.write(old["design_v1"], vectors=1)
    assert json.loads((old["design_v1"] / "manifest.json").read_text())["schema"] == MANIFEST_SCHEMA
    assert emit_bundle(tiny_plans["fixed"], old["bundle_v1"], vectors=1).name == "tiny"


def test_one_sort_of_folder_is_not_taken_for_the_other(design, tiny_bundles, tmp_path):
    folder = design.write(tmp_path / "out", vectors=1)
    assert open_design(folder).name == "two_fixed"
    with pytest.raises(InputError, match=r"is of no bundle, kind 'dense_network_v1'; give a folder that build or emit"):
        open_bundle(folder)
    with pytest.raises(InputError, match=r"is of no design, kind 'network_plan_v1'; give a folder that Design\.write"):
        open_design(tiny_bundles["fixed"].folder)
