# SPDX-License-Identifier: Apache-2.0
"""Two precisions of one function behind one port: certified thresholds, compilation, pairs of plans."""
