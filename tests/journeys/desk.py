"""A person at a desk: opens pages, fills forms and takes files away, through HTTP like a browser."""

from __future__ import annotations

import io
import re
from typing import Any

from django.test import Client
from openpyxl import load_workbook

from zhixuan.modules.accounts.models import User


class Desk:
    """One person signed in, reading in one language."""

    def __init__(self, person: User, language: str = "en") -> None:
        self.client = Client(headers={"accept-language": language})
        self.client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")

    def page(self, path: str, **expect: Any) -> str:
        """Open a page; `status` says what is expected when it is not 200."""
        answer = self.client.get(path)
        assert answer.status_code == expect.get("status", 200), (path, answer.status_code, answer.headers)
        return str(answer.content.decode())

    def form(self, path: str) -> dict[str, str]:
        """The hidden fields that a form carries, its command id above all."""
        html = self.page(path)
        found = re.search(r'name="command_id" value="([0-9a-f-]{36})"', html)
        assert found is not None, f"{path} has no command id"
        return {"command_id": found[1]}

    def send(self, path: str, form: dict[str, str], **fields: object) -> str:
        """Post a form that must succeed; answers the address it leads to."""
        answer = self.client.post(path, {**form, **{name: str(value) for name, value in fields.items()}})
        assert answer.status_code == 302, (path, answer.status_code, _notices(answer.content.decode()))
        return str(answer.headers["Location"])

    def refused(self, path: str, form: dict[str, str], **fields: object) -> str:
        """Post a form that must be refused; answers the page, which says why."""
        answer = self.client.post(path, {**form, **{name: str(value) for name, value in fields.items()}})
        assert answer.status_code in {200, 422}, (path, answer.status_code)
        return str(answer.content.decode())

    def sheet(self, path: str) -> list[tuple[Any, ...]]:
        """A list taken away as a spreadsheet: its rows below the headings."""
        answer = self.client.get(f"{path}{'&' if '?' in path else '?'}export=xlsx")
        assert answer.status_code == 200
        rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
        return [tuple(row) for row in rows[1:]]


def lines(prefix: str, *rows: dict[str, object]) -> dict[str, object]:
    """Rows of a formset as a browser posts them."""
    posted: dict[str, object] = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
    for index, row in enumerate(rows):
        posted |= {f"{prefix}-{index}-{name}": value for name, value in row.items()}
    return posted


def event_id(address: str) -> int:
    """The slip that an address leads to."""
    return int(re.search(r"/slips/(\d+)/", address)[1])  # type: ignore[index]


def _notices(html: str) -> list[str]:
    return re.findall(r"(?:invalid-feedback[^>]*>|<li>)([^<]{3,})<", html)[:10]
