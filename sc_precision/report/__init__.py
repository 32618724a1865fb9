# SPDX-License-Identifier: Apache-2.0
"""The report of a build, and the schema of the results that it shows."""

from sc_precision.report.html import render_report, write_report
from sc_precision.report.results import RESULTS_SCHEMA, check_results, results_schema

__all__ = ["RESULTS_SCHEMA", "check_results", "render_report", "results_schema", "write_report"]
