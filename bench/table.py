"""How a benchmark says what it measured: a table for people, a file for programs."""

import json
import os
import platform
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent


def show(
    area: str, figures: Mapping[str, float], *, goals: Mapping[str, str], notes: Mapping[str, str]
) -> Path:
    """Print the figures beside their goals, and write them to var/bench/<area>.json."""
    table = Table(
        title=f"{area}: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    )
    for name in ("figure", "measured", "goal", "what it is"):
        table.add_column(name, justify="right" if name == "measured" else "left")
    for name, value in figures.items():
        table.add_row(name, f"{value:,.2f}", goals.get(name, ""), notes.get(name, ""))
    Console(width=120).print(table)
    out = ROOT / "var" / "bench" / f"{area}.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps({k: round(v, 4) for k, v in figures.items()}, indent=1) + "\n")
    print(out.relative_to(ROOT))
    return out
