# SPDX-License-Identifier: Apache-2.0
import signal

from hypothesis import settings

# The same cases on every run; machines under load must not fail a test by being slow.
settings.register_profile("repeatable", derandomize=True, deadline=None, print_blob=False)
settings.load_profile("repeatable")

pytest_plugins = ["bundle_designs"]

# A shell that runs tests in the background ignores interrupts for them, and commands under test would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
