"""What was measured in a browser is kept with when and where it was, and how busy the machine was."""

import json
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tsup.backends.cost import processor

FOLDER = Path(__file__).parent / "results"


def load() -> float:
    """How many processes wanted a processor in the last minute, in the mean."""
    return round(os.getloadavg()[0], 1)


def keep(name: str, found: Mapping[str, Any], chromium: str, load_average: float) -> None:
    """Write results/NAME.json. chromium: its version. load_average: of the machine while it was measured."""
    kept = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "platform": platform.platform(),
        "processor": processor(),
        "chromium": chromium,
        "load_average": load_average,
        **found,
    }
    (FOLDER / f"{name}.json").write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n")
