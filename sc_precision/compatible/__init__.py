# SPDX-License-Identifier: Apache-2.0
"""What the published package has: planners of rows, manifests, storage, allocation, the formal evidence bundle.

Nothing else in the package imports this.
"""
