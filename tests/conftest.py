# SPDX-License-Identifier: Apache-2.0
from hypothesis import settings

# The same cases on every run; machines under load must not fail a test by being slow.
settings.register_profile("repeatable", derandomize=True, deadline=None, print_blob=False)
settings.load_profile("repeatable")

pytest_plugins = ["bundle_designs"]
