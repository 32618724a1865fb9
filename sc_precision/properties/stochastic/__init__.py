# SPDX-License-Identifier: Apache-2.0
"""Lemmas about layers that compute with bitstreams."""
