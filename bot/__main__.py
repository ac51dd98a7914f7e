"""Rasa's own command line, started the quick way: ``python -m bot run …`` is ``rasa run …``.

TensorFlow stays out when no part in ``config.yml`` learns with it. Where it is needed, importing skops before it spares
Rasa a search through every module that TensorFlow has loaded by then.
"""

from __future__ import annotations

from pathlib import Path

from bot.without_tensorflow import spare_tensorflow

spare_tensorflow(Path("config.yml"))

import skops.io  # noqa: E402, F401
from rasa.__main__ import main  # noqa: E402

if __name__ == "__main__":
    main()
