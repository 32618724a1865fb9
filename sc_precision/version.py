# SPDX-License-Identifier: Apache-2.0
"""The version, which files that are written state."""

__version__ = "0.1.0"
