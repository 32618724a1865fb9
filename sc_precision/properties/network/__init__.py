# SPDX-License-Identifier: Apache-2.0
"""Lemmas about a top module, and how the lemmas of layers add up."""
