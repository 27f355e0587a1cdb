"""HYB900 and HYB901: the tool about itself; the hosts report them, since only they see files and comments."""

from __future__ import annotations

from flake8_hybridize.hazards.base import Category, Rule
from flake8_hybridize.results import Severity

FAILED = Rule(
    code="HYB900",
    name="not-analysed",
    summary="this file could not be analysed",
    category=Category.TOOL,
    severity=Severity.ERROR,
)
UNUSED_NOQA = Rule(
    code="HYB901", name="unused-noqa", summary="a noqa comment suppresses nothing", category=Category.TOOL, opt_in=True,
    severity=Severity.INFO,
)  # fmt: skip
RULES = (FAILED, UNUSED_NOQA)
