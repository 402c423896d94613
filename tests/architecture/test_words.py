"""Chinese and English are equals: no word is missing in either, and none says something else."""

from __future__ import annotations

import textwrap
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tests.architecture import words
from tests.architecture.words import Use, Word


def test_every_word_is_there_in_chinese() -> None:
    faults = words.find_faults(words.uses(), words.catalogues())
    assert not faults, "\n".join(faults)


def test_words_are_found_in_python() -> None:
    source = """
        _("Save"); N_("Only {n} left."); ngettext("%(n)s slip", "%(n)s slips", n) % {"n": n}
        pgettext_lazy("menu", "Data"); _(variable); other("no word")
    """
    assert [word for _, word in words.words_in_python(textwrap.dedent(source))] == [
        Word("Save"),
        Word("Only {n} left."),
        Word("%(n)s slip", "%(n)s slips"),
        Word("Data", context="menu"),
    ]


def test_words_are_found_in_templates() -> None:
    source = (
        '{% load i18n %}<p title="{% translate "Close" %}">{% blocktranslate trimmed with n=lines %}'
        "\n  {{ n }} lines\n{% endblocktranslate %}</p>\n  <b>\n {% translate 'Month' context 'calendar' %}</b>"
    )
    assert [word for _, word in words.words_in_template(source)] == [
        Word("Close"),
        Word("%(n)s lines"),
        Word("Month", context="calendar"),
    ]


GOOD = 'msgid "%(n)s lots of {product}"\nmsgstr "{product}：%(n)s 批"\n'


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (GOOD, ""),
        ('msgid "Save"\nmsgstr ""\n', "has no Chinese"),
        ('#, fuzzy\nmsgid "Save"\nmsgstr "保存"\n', "is marked fuzzy"),
        ('msgid "%(n)s lots"\nmsgstr "批"\n', "different placeholders"),
        ('msgid "Only {n} left."\nmsgstr "只剩 {m}。"\n', "different placeholders"),
        ('msgid "%(n)s lot"\nmsgid_plural "%(n)s lots"\nmsgstr[0] "%(n)s 批"\n', ""),
        ('msgid "One lot"\nmsgid_plural "%(n)s lots"\nmsgstr[0] "批"\n', ""),
        ('msgid "%(n)s lot"\nmsgid_plural "%(n)s lots"\nmsgstr[0] ""\n', "has no Chinese"),
    ],
)
def test_a_bad_translation_is_found(entry: str, fault: str) -> None:
    found = [said for message in _catalogue(entry) if message.id for said in words.faults_of(message)]
    assert len(found) == bool(fault)
    assert all(fault in said for said in found)


def test_missing_double_unused_and_chinese_words_are_found() -> None:
    place = words.PACKAGE / "shared" / "x.py"
    used = [Use(Word("Save"), place, 1), Use(Word("Close"), place, 2), Use(Word("保存"), place, 3)]
    read = {
        words.PACKAGE / "a.po": _catalogue('msgid "Save"\nmsgstr "保存"\n\nmsgid "Old"\nmsgstr "旧"\n'),
        words.PACKAGE / "b.po": _catalogue('msgid "Save"\nmsgstr "存盘"\n'),
    }
    faults = "\n".join(words.find_faults(used, read))
    for said in (
        '"Save" is translated in two ways',
        '"Close" has no Chinese',
        "speaks English",
        '"Old" is translated but',
    ):
        assert said in faults


def test_missing_words_go_to_the_catalogue_of_their_app(tmp_path: Path) -> None:
    screen = tmp_path / "modules" / "stock" / "screens" / "receive.py"
    rule = tmp_path / "rules" / "units.py"
    for path, source in ((screen, 'pgettext("menu", "Say \\"yes\\"")'), (rule, 'N_("Too many.")')):
        path.parent.mkdir(parents=True)
        path.write_text(source)
    assert words.add_missing(tmp_path) == 2
    assert words.add_missing(tmp_path) == 0
    read = words.catalogues(tmp_path)
    assert [message.id for message in read[tmp_path / words.PO] if message.id] == ["Too many."]
    (added,) = [message for message in read[tmp_path / "modules" / "stock" / words.PO] if message.id]
    assert (added.id, added.context, added.string) == ('Say "yes"', "menu", "")


def _catalogue(entries: str) -> Catalog:
    return read_po(BytesIO((words.HEADER + "\n" + entries).encode()), locale="zh_Hans")
