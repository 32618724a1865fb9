# SPDX-License-Identifier: Apache-2.0
"""Designs: what a chain of layers is compiled to, and the one way in which that becomes a folder."""
