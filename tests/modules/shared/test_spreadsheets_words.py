"""Every sentence of the spreadsheets has its Chinese, with the same fields in it."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from zhixuan.shared import spreadsheets

pytestmark = pytest.mark.either_database

PACKAGE = Path(spreadsheets.__file__).parent
WORDS = PACKAGE.parent / "locale/zh_Hans/LC_MESSAGES/django.po"


def sentences() -> set[str]:
    """The message ids marked with N_ anywhere in the package."""
    calls = (node for path in PACKAGE.glob("*.py") for node in ast.walk(ast.parse(path.read_text("utf-8"))))
    marked = (node for node in calls if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "N_")
    return {node.args[0].value for node in marked if isinstance(node.args[0], ast.Constant)}


def fields(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text)} - {None}


def test_chinese_is_there_and_has_the_same_fields() -> None:
    with WORDS.open("rb") as file:
        chinese = {message.id: str(message.string) for message in read_po(file)}
    asked = sentences()
    assert len(asked) > 40
    for sentence in asked:
        assert chinese.get(sentence), sentence
        assert fields(chinese[sentence]) == fields(sentence)
