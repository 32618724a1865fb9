# SPDX-License-Identifier: Apache-2.0
"""Lemmas about spiking layers."""
