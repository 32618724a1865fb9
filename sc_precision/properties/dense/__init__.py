# SPDX-License-Identifier: Apache-2.0
"""What the lemmas about all dense layers share."""
