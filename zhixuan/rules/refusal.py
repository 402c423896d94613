"""No, because ...: how every rule says what is wrong and what to do.

A refusal is an exception whose text is the sentence shown to the person. Rules know no language: they carry the
English sentence as a message id, with `{named}` fields, and the screen or API translates it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable


def N_(message: str) -> str:
    """Mark a sentence for translation without translating it here."""
    return message


class Refused(Exception):
    """One reason, or several, why something was not done. Nothing has been written when it is raised.

    Args:
        message: English sentence with `{named}` fields; the message id of its translation.
        field: name of the input that is wrong (a form field or cell), empty when it is the whole.
        fields: values for the sentence. Values that are Refused sentences themselves are not supported.
    """

    def __init__(self, message: str, /, *, field: str = "", code: str = "", **fields: object) -> None:
        self.message = message
        self.field = field
        self.code = code or "refused"
        self.fields = fields
        self.reasons: tuple[Refused, ...] = (self,)
        super().__init__(self.text())

    @classmethod
    def many(cls, reasons: Iterable[Refused]) -> Refused:
        """All reasons at once, so that a person mends them in one go.

        Raises:
            ValueError: when there is no reason at all.
        """
        flat = tuple(one for reason in reasons for one in reason.reasons)
        if not flat:
            raise ValueError("a refusal needs at least one reason")
        whole = cls(flat[0].message, field=flat[0].field, code=flat[0].code, **flat[0].fields)
        whole.reasons = flat
        whole.args = ("\n".join(one.text() for one in flat),)
        return whole

    def text(self, translate: Callable[[str], str] = str) -> str:
        """The sentence of the first reason, in the language that `translate` gives."""
        values = {
            name: translate(value) if isinstance(value, str) and value else value for name, value in self.fields.items()
        }
        return translate(self.message).format(**values)


def raise_all(reasons: Iterable[Refused]) -> None:
    """Raise all collected reasons as one refusal; do nothing when there are none."""
    collected = list(reasons)
    if collected:
        raise Refused.many(collected)
