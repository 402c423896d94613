"""Pictures of the documentation, taken anew from a running demo: `make demo`, and beside it `make pictures`.

Each is named in PICTURES: file, one-click person, address. Both languages are taken; `{language}` is en or zh.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.screens.browser import running_browser

IMAGES = Path(__file__).parent / "images"
WIDTH, HEIGHT = 1100, 640
PICTURES = (
    ("role-storekeeper", "石满仓", "/"),
    ("role-dispenser", "禾小满", "/"),
    ("role-township-officer", "林间月", "/"),
    ("role-county-station", "云知夏", "/"),
    ("role-clinician", "白芷", "/quality/desk/"),
    ("role-liaison", "简宁", "/orders/mine/"),
    ("role-auditor", "明鉴", "/audit/"),
    ("role-administrator", "安之衡", "/people/"),
    ("role-assessor", "秦镜", "/"),
    ("documents", "石满仓", "/documents/"),
    ("document-check", "叶知秋", "/documents/1/check/"),
    ("register", "禾小满", "/stock/register/16/"),
    ("return", "石满仓", "/documents/new/return/"),
    ("expiry", "石满仓", "/stock/expiry/"),
    ("quality-desk", "云知夏", "/quality/desk/"),
    ("quality-recall", "云知夏", "/quality/recalls/1/"),
    ("ledgers", "石满仓", "/stock/books/"),
    ("inspection-several", "石满仓", "/quality/inspections/several/"),
    ("counts", "石满仓", "/counting/"),
    ("losses", "云知夏", "/quality/losses/"),
)


def main(base: str) -> None:
    with running_browser() as browser:
        for language, code in (("en", "en"), ("zh", "zh-hans")):
            for name, person, address in PICTURES:
                context = browser.new_context(
                    viewport={"width": WIDTH, "height": HEIGHT}, locale="en-GB" if language == "en" else "zh-CN"
                )
                context.add_cookies([{"name": "zhixuan_language", "value": code, "url": base}])
                page = context.new_page()
                page.goto(f"{base}/account/login/")
                page.locator("button", has_text=person).first.click()
                page.wait_for_load_state("networkidle")
                answer = page.goto(base + address)
                page.wait_for_load_state("networkidle")
                if answer is None or not answer.ok:
                    raise SystemExit(f"{address} as {person}: {answer and answer.status}")
                page.screenshot(path=IMAGES / f"{name}-{language}.png")
                context.close()


if __name__ == "__main__":
    main(sys.argv[1])
