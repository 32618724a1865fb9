# SPDX-License-Identifier: Apache-2.0
"""The formal evidence bundle of a precision plan, and the multipliers that only it builds."""
