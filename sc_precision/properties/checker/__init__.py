# SPDX-License-Identifier: Apache-2.0
"""What a lemma is, and the SystemVerilog that all checkers share."""
