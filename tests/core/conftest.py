"""The core runs on two Pythons; reading a merchant's spreadsheets belongs to the desk's, where openpyxl is."""

from __future__ import annotations

import importlib.util

collect_ignore = (
    []
    if importlib.util.find_spec("openpyxl")
    else ["test_check_command.py", "test_replies_file.py", "test_check_report.py"]
)
