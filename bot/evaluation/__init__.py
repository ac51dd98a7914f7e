"""``make eval``: the reading measured on the project's own held-out sets, as tables, plots and files in ``reports/``."""
