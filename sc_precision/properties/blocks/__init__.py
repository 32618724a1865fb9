# SPDX-License-Identifier: Apache-2.0
"""Lemmas about block floating layers."""
