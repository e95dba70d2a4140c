"""Tables for people, JSON for whatever reads it later."""

import json
import os
import platform
from collections.abc import Iterable
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
FILES = {"bench": (FOLDER / "results.json", "results"), "chaos": (FOLDER / "chaos.json", "scenarios")}


def machine() -> dict[str, Any]:
    """What the numbers were measured on."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "os": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def merge(kind: str, fresh: Iterable[dict[str, Any]]) -> Path:
    """Write the file of ``kind``: fresh lines replace those of the same name, the others stay. Returns its path."""
    path, key = FILES[kind]
    stored = json.loads(path.read_text()) if path.exists() else {}
    lines = {line["name"]: line for line in [*stored.get(key, []), *fresh]}
    content: dict[str, Any] = {"machine": machine()} if kind == "bench" else {}
    content[key] = [lines[name] for name in sorted(lines)]
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    return path


def table(kind: str, lines: list[dict[str, Any]]) -> str:
    """The lines as aligned text."""
    if kind == "bench":
        header = ["name", "value", "unit", "p50 ms", "p99 ms", "peer", "ratio"]
        rows = [
            [line["name"], line["value"], line["unit"], line["p50_ms"], line["p99_ms"], _peer(line), line["ratio"]]
            for line in lines
        ]
    else:
        header = ["name", "lost", "reordered", "duplicated", "double booked", "recovery s", "load"]
        keys = ["name", "lost", "reordered", "duplicated", "double_booked", "recovery_s", "load"]
        rows = [[line[name] for name in keys] for line in lines]
    return _align([header, *[["-" if cell is None else str(cell) for cell in row] for row in rows]])


def _peer(line: dict[str, Any]) -> str | None:
    return f"{line['peer']['name']}: {line['peer']['value']}" if line["peer"] else None


def _align(rows: list[list[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
