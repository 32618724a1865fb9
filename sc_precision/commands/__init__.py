# SPDX-License-Identifier: Apache-2.0
"""Commands of the command line, each what one subcommand does; `sc_precision.cli` registers them.

What only a running command needs is imported inside its function, so that ``--help`` does not wait for it.
"""

import logging

# Where the home folder cannot be written, Matplotlib keeps its fonts elsewhere, and would say so as it is imported.
logging.getLogger("matplotlib").setLevel(logging.ERROR)
