"""`claw import`: another agent's session becomes one here, to be replayed, traced, searched and gone on from."""
# ruff: noqa: N999 - the name of the file is the name of the command

import argparse
import json
from pathlib import Path

from claw_core.importer import read_foreign
from claw_core.opening import shelf


def enter(arguments: argparse.Namespace) -> int:
    """Read it, keep it, and say what had no place. The file itself is only read."""
    imported = read_foreign(Path(arguments.file).expanduser())
    session = shelf().keep(imported)
    told = {
        "session": session,
        "source": imported.source,
        "records": len(imported.records),
        "unmapped": imported.unmapped.total(),
        "unmapped_kinds": dict(imported.unmapped.most_common()),
    }
    if arguments.json:
        print(json.dumps(told, ensure_ascii=False))
        return 0
    print(f"{session}  {len(imported.records):,} records from {imported.source}")
    if imported.unmapped:
        kinds = ", ".join(f"{kind} ({count})" for kind, count in imported.unmapped.most_common())
        print(f"{imported.unmapped.total():,} lines have no place here: {kinds}")
    return 0
