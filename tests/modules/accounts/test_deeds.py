"""Every verb that an operation notes in the audit trail is said in words on the audit screen."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import zhixuan
from zhixuan.modules.accounts.screens._deeds import DEEDS


def verbs_noted() -> Iterator[str]:
    """Verbs written out in calls of audit.record; those worked out at run time are not seen."""
    for path in Path(zhixuan.__file__).parent.rglob("operations/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_record = isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record"
            verb = node.args[1] if is_record and len(node.args) > 1 else None
            if isinstance(verb, ast.Constant):
                yield str(verb.value)


def test_every_verb_has_words() -> None:
    noted = set(verbs_noted())
    assert "grant_role" in noted
    wordless = sorted(noted - DEEDS.keys())
    assert not wordless, f"add to zhixuan/modules/accounts/screens/_deeds.py: {wordless}"
