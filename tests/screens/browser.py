"""A real browser for the tests of screens: found or unpacked, opened, and asked what is wrong with a page."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Response, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / "node_modules"
PACKED = MODULES / "@sparticuz" / "chromium"
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--hide-scrollbars",
    "--font-render-hinting=none",
)
DESKTOP = (1280, 800)
PHONE = (390, 844)
LAUNCHES_MAX = 3
PATIENCE_MS = 30_000  # a page that is right is right on a busy machine too


def find_chromium() -> Path | None:
    """The browser to use: named by ZHIXUAN_CHROMIUM, else the one of the locked packages, else the machine's.

    None leaves it to Playwright to use its own.
    """
    named = os.environ.get("ZHIXUAN_CHROMIUM")
    if named:
        return Path(named)
    if PACKED.exists() and (node := find_node()):
        return _unpacked(node)
    for command in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(command):
            return Path(found)
    return None


def find_node() -> str | None:
    """Node of the virtual environment, else the machine's."""
    local = ROOT / ".venv" / "bin" / "node"
    return str(local) if local.exists() else shutil.which("node")


def _unpacked(node: str) -> Path:
    """The packed browser, unpacked once. Processes that start together each unpack aside; the first rename wins."""
    home = MODULES / ".chromium"
    if not (home / "chromium").exists():
        draft = Path(tempfile.mkdtemp(prefix=".chromium-", dir=MODULES))
        script = "import c from '@sparticuz/chromium'; await c.executablePath()"
        told = {**os.environ, "TMPDIR": str(draft)}
        subprocess.run([node, "--input-type=module", "-e", script], cwd=ROOT, env=told, check=True, timeout=120)
        try:
            draft.rename(home)
        except OSError:
            shutil.rmtree(draft)
    return home / "chromium"


@contextmanager
def running_browser(switches: Sequence[str] = SWITCHES) -> Iterator[Browser]:
    """A browser without a window; closed at the end."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = _launched(playwright, switches)
        try:
            yield browser
        finally:
            browser.close()


def _launched(playwright: Playwright, switches: Sequence[str]) -> Browser:
    """On a busy machine a browser now and then dies while starting; that says nothing about the pages."""
    chromium = find_chromium()
    for _ in range(LAUNCHES_MAX - 1):
        with suppress(PlaywrightError):
            return playwright.chromium.launch(executable_path=chromium, args=list(switches))
    return playwright.chromium.launch(executable_path=chromium, args=list(switches))


@dataclass
class Trouble:
    """What a page complained about while it was open: script errors, blocked or missing files."""

    lines: list[str] = field(default_factory=list)

    def on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.lines.append(message.text)

    def on_error(self, error: Any) -> None:
        self.lines.append(str(error))

    def on_response(self, response: Response) -> None:
        if response.status >= 400:
            self.lines.append(f"{response.status} {response.url}")


@contextmanager
def opened_page(
    browser: Browser,
    *,
    size: tuple[int, int] = DESKTOP,
    language: str = "zh-CN",
    dark: bool = False,
    cookies: list[dict[str, Any]] | None = None,
) -> Iterator[tuple[Page, Trouble]]:
    """A page in a fresh profile, and the list of its troubles. The content security policy stays in force."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale=language,
        color_scheme="dark" if dark else "light",
        has_touch=size == PHONE,
    )
    if cookies:
        context.add_cookies(cookies)  # type: ignore[arg-type]
    page = context.new_page()
    trouble = Trouble()
    page.on("console", trouble.on_console)
    page.on("pageerror", trouble.on_error)
    page.on("response", trouble.on_response)
    try:
        yield page, trouble
    finally:
        context.close()


def wait_until_read(page: Page) -> None:
    """Wait for the page that a click led to: a new document has no root element for its first moment."""
    page.wait_for_function("() => document.readyState === 'complete' && document.documentElement !== null")


def serious_findings(page: Page) -> list[str]:
    """What axe-core finds serious or critical on the page as it stands, one line each with the place."""
    wait_until_read(page)
    page.evaluate((MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    result = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{finding['id']}: {finding['help']} at {node['target']} {node['html'][:160]}"
        for finding in result["violations"]
        if finding["impact"] in {"serious", "critical"}
        for node in finding["nodes"]
    ]


def too_wide(page: Page) -> bool:
    """Whether the page must be pushed sideways to be read."""
    wait_until_read(page)
    return bool(page.evaluate("() => document.documentElement.scrollWidth > document.documentElement.clientWidth"))
