"""What a record of timings says: in sentences, and arranged for figures."""

from typing import Any

Record = dict[str, Any]
NAMES = {"cpu": "CPU backend", "gpu": "GPU backend"}


def where(record: Record) -> str:
    """Where and when a record was taken, with what."""
    machine = record["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items() if name != "tsup")
    gpu = "" if machine["gpu"] == "not measured" else f", {machine['gpu']}"
    return f"{machine['date'][:10]}, {on_threads(machine['threads'])} of an {machine['processor']}{gpu}, {versions}"


def verdict(record: Record | None, kind: str) -> str:
    """How many of the goals a backend reached, and which not, in a line each; that it was not measured, if so."""
    rows = [row for row in (record or {"workloads": []})["workloads"] if row["backend"] == kind]
    measured = [row for row in rows if row["measured"]]
    lines = [_reached(NAMES[kind], goal, measured) for goal in ("floor", "aim")] if measured else []
    lines += [
        f"{NAMES[kind]}: {row['workload']} not measured, {row['reason']}."
        for row in rows
        if not row["measured"]
    ]
    return "\n".join(line for line in lines if line) if measured else f"{NAMES[kind]}: not measured."


def _reached(name: str, goal: str, rows: list[Record]) -> str:
    asked = [row for row in rows if row[goal] is not None]
    short = [f"{r['workload']} ({r['ratio']:.1f} of {r[goal]:g})" for r in asked if r["ratio"] < r[goal]]
    missed = f"; not by {', '.join(short)}" if short else ""
    return (
        f"{name}: {goal} reached by {len(asked) - len(short)} of {len(asked)} workloads{missed}."
        if asked
        else ""
    )


def lines(record: Record) -> dict[str, list[Record]]:
    """The sweep as lines of a figure: a backend each, and one large model on one and on more threads apart."""
    found: dict[str, list[Record]] = {}
    for kind, points in record["sweep"].items():
        for point in points:
            label = f"{kind}, {on_threads(point['threads'])}" if "threads" in point else kind
            named = {**point, "axis": AXES.get(point["axis"], point["axis"]), "backend": kind}
            found.setdefault(label, []).append(named)
    return found


def on_threads(count: int) -> str:
    """A number of threads, in words."""
    return f"{count} thread{'s' * (count > 1)}"


AXES = {
    "models": "models",
    "features": "features n",
    "hidden": "hidden dimensions m",
    "batch": "rows of a batch",
    "sparsity": "1/density",
    "one model": "features n of one large model",
}


def trainings(record: Record) -> list[Record]:
    """Whole trainings before and after, by name; those that were not measured are left out."""
    return [
        {
            "name": f"{row['row']}, {row['training']}: {row['models']} models × {row['steps']:,} steps",
            "before": row["before"]["seconds"],
            "after": row["after"]["seconds"],
            "share": row["before"]["share_of_steps"],
        }
        for row in record["rows"]
        if row["after"]["seconds"] is not None
    ]


def opening(record: Record) -> str:
    """The opening figure's training in a sentence."""
    one = record["opening"]
    return (
        f"The opening figure, {one['models']} models × {one['steps']:,} steps: {one['seconds']:.2f} s "
        f"({one['least']:.2f} to {one['most']:.2f}); the plain loop would take {one['plain_seconds']:.0f} s."
    )
