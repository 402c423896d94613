"""Scanning in a real browser: nothing but a scanner and two keys, on every page that takes codes."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route, expect

from tests.builders import a_dispenser, a_storekeeper, kept_by_one
from tests.processes import Server
from tests.screens.browser import (
    DESKTOP,
    PHONE,
    ROOT,
    SWITCHES,
    Trouble,
    find_node,
    running_browser,
    serious_findings,
    too_wide,
)
from tests.screens.signed_in import cookies_of, page_as
from tests.stock_builders import StockedCounty, a_stocked_county, pieces_at
from zhixuan.modules.accounts.models import User
from zhixuan.modules.catalogue.models import Item
from zhixuan.modules.stock.models import Event, Lot, Movement, TraceCode
from zhixuan.rules.scanning.traces import PackCode
from zhixuan.rules.stock.ledger import EventKind

pytestmark = pytest.mark.browser

GTIN = "06901234567892"
LOTS = 40
FNC1 = "\x1d"
Opened = AbstractContextManager[tuple[Page, Trouble]]


@pytest.fixture(scope="module")
def browser(picture: tuple[Path, Path]) -> Iterator[Browser]:
    """A browser whose camera looks at a code, and to whom nobody need give leave to use it.

    Playwright keeps an event loop in this thread; the databases of the tests are used there all the same.
    """
    seeing = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    seeing.append(f"--use-file-for-fake-video-capture={picture[0]}")
    with pytest.MonkeyPatch.context() as patch, running_browser([*SWITCHES, *seeing]) as running:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield running


@pytest.fixture
def county(browser: Browser, server: Server) -> StockedCounty:
    """In the store 200 pieces of lot A, in the warehouse 100 of SOON and 500 of LATER."""
    made = a_stocked_county(A=200)
    Item.objects.filter(pk=made.box.pk).update(gtin=GTIN)
    today = timezone.localdate()
    made.stock(made.warehouse, "SOON", 100, expires=today + timedelta(days=400))
    made.stock(made.warehouse, "LATER", 500, expires=today + timedelta(days=700))
    return made


@pytest.fixture
def open_as(server: Server, county: StockedCounty, browser: Browser) -> Callable[..., Opened]:
    def opened(user: User, *, size: tuple[int, int] = DESKTOP, language: str = "en") -> Opened:
        return page_as(browser, server, user, language=language, size=size)

    return opened


def go(page: Page, server: Server, name: str, **query: Any) -> None:
    page.goto(f"{server.url}{reverse(name)}?{'&'.join(f'{key}={value}' for key, value in query.items())}")
    page.wait_for_load_state("networkidle")


def code(number: str, expires: str = "300600", serial: str = "") -> str:
    return f"]d201{GTIN}17{expires}10{number}" + (f"{FNC1}21{serial}" if serial else "")


def scan(page: Page, text: str) -> None:
    """Keys as a scanner sends them: the separator is Ctrl+], the end is Enter."""
    for at, part in enumerate(text.split(FNC1)):
        if at:
            page.keyboard.press("Control+]")
        page.keyboard.type(part)
    page.keyboard.press("Enter")


def said(page: Page) -> Any:
    return page.locator("[data-scan-said]")


def told(page: Page) -> Any:
    return page.locator("[data-scan-bad]")


def press_until(page: Page, wanted: str) -> None:
    for _ in range(80):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} cannot be reached with Tab")


def post(page: Page) -> str:
    """Send the form by key and read the slip's number from the proof."""
    press_until(page, "main form .form-buttons button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator(".done-number")).to_be_visible()
    return page.locator(".done-number strong").inner_text()


def slowed(page: Page, seconds: float) -> None:
    def wait(route: Route) -> None:
        page.wait_for_timeout(seconds * 1000)
        route.continue_()

    page.route("**/stock/scan/**", wait)


def test_forty_lots_by_scanner_alone_then_printed(
    open_as: Callable[..., Opened], server: Server, county: StockedCounty
) -> None:
    with open_as(a_storekeeper(county.store)) as (page, trouble):
        go(page, server, "stock:receive")
        for index in range(LOTS):
            scan(page, code(f"LOT{index:02}", serial=f"S{index}"))
            if index % 10 == 9:
                page.keyboard.type("3")
        rows = page.locator("[data-row]")
        expect(rows).to_have_count(LOTS)
        expect(said(page)).to_contain_text("LOT39")
        for index in (0, 17, 39):
            expect(page.locator(f"#id_lines-{index}-lot_number")).to_have_value(f"LOT{index:02}")
            expect(page.locator(f"#id_lines-{index}-expires_on")).to_have_value("2030-06-30")
        expect(rows.nth(39).locator("[data-note=pieces]")).to_have_text("= 30 pieces")
        scan(page, code("LOT05", serial="S5-2"))
        expect(said(page)).to_contain_text("Now 2 packs")
        expect(rows).to_have_count(LOTS)
        scan(page, code("LOT05", serial="S5"))
        expect(told(page)).to_contain_text("scanned already")
        assert not too_wide(page)
        assert not serious_findings(page)
        assert not trouble.lines
        number = post(page)
        page.keyboard.press("Tab")
    event = Event.objects.get(kind=EventKind.RECEIPT, movements__lot__number="LOT00")
    assert number.endswith(f"{event.number:05}")
    assert Movement.objects.filter(event=event).count() == LOTS
    assert [pieces_at(county.store, lot) for lot in ("LOT00", "LOT05", "LOT39")] == [10, 20, 30]
    assert TraceCode.objects.filter(event=event).count() == LOTS + 1


def test_a_slow_server_loses_nothing_and_keeps_the_order(
    open_as: Callable[..., Opened], server: Server, county: StockedCounty
) -> None:
    with open_as(a_storekeeper(county.store)) as (page, _trouble):
        go(page, server, "stock:receive")
        slowed(page, 0.7)
        for index in range(6):
            scan(page, code(f"SLOW{index}"))
            page.keyboard.type(str(index + 2))
        expect(page.locator("[data-row][data-reading]")).to_have_count(0)
        lots = [page.locator(f"#id_lines-{index}-lot_number").input_value() for index in range(6)]
        assert lots == [f"SLOW{index}" for index in range(6)]
        assert [page.locator(f"#id_lines-{index}-pieces").input_value() for index in range(6)] == list("234567")


def test_without_connection_the_codes_are_kept_and_read_later(
    open_as: Callable[..., Opened], server: Server, county: StockedCounty
) -> None:
    with open_as(a_storekeeper(county.store)) as (page, _trouble):
        go(page, server, "stock:receive")
        page.context.set_offline(True)
        scan(page, code("KEPT1"))
        scan(page, code("KEPT2"))
        expect(page.locator("[data-scan-kept]")).to_contain_text("No answer from the server")
        expect(page.locator("[data-scan-kept] li")).to_have_count(2)
        page.context.set_offline(False)
        expect(page.locator("#id_lines-1-lot_number")).to_have_value("KEPT2")
        expect(page.locator("[data-scan-kept]")).to_be_hidden()


def test_signed_out_asks_to_sign_in_keeps_the_codes_and_goes_on_in_the_same_page(
    open_as: Callable[..., Opened], server: Server, county: StockedCounty
) -> None:
    keeper = a_storekeeper(county.store)
    with open_as(keeper) as (page, _trouble):
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        go(page, server, "stock:receive")
        page.context.clear_cookies(name="zhixuan_session")
        scan(page, code("OUT1", serial="S1"))
        scan(page, code("OUT2", serial="S2"))
        kept = page.locator("[data-scan-kept]")
        expect(kept).to_contain_text("You have been signed out")
        expect(kept.locator("li")).to_have_count(2)
        page.context.clear_cookies(name="zhixuan_csrf")  # signing in elsewhere makes a new token
        page.context.add_cookies(cookies_of(keeper, server))
        kept.get_by_role("button", name="Read again").click()
        expect(kept).to_contain_text("You have been signed out")
        other = page.context.new_page()
        go(other, server, "stock:on_hand")
        other.close()
        kept.get_by_role("button", name="Read again").click()
        expect(page.locator("#id_lines-1-lot_number")).to_have_value("OUT2")
        expect(kept).to_be_hidden()
        page.wait_for_timeout(500)  # the draft is kept a moment after the last change
        go(page, server, "stock:receive")
        expect(page.locator("#id_lines-1-lot_number")).to_have_value("OUT2")
        post(page)
        assert not [address for address in asked if "S1" in address or GTIN in address]
    assert TraceCode.objects.count() == 2


def test_questions_are_answered_by_key_and_an_expiry_is_never_overwritten(
    open_as: Callable[..., Opened], server: Server, county: StockedCounty
) -> None:
    with open_as(a_storekeeper(county.store)) as (page, trouble):
        go(page, server, "stock:receive")
        scan(page, code("A"))
        expect(told(page)).to_contain_text("is known with expiry")
        assert not serious_findings(page)
        page.keyboard.press("n")
        expect(told(page)).to_have_text("Left out.")
        expect(page.locator("#id_lines-0-lot_number")).to_have_value("")
        scan(page, code("A"))
        expect(told(page)).to_contain_text("is known with expiry")
        page.keyboard.press("y")
        expect(page.locator("#id_lines-0-expires_on")).to_have_value("2030-06-30")
        post(page)
        assert not trouble.lines
    assert Lot.objects.filter(number="A").count() == 2


def test_bad_codes_say_what_to_do_and_leave_the_form_alone(
    open_as: Callable[..., Opened], server: Server, county: StockedCounty
) -> None:
    with open_as(a_storekeeper(county.store), language="zh-CN") as (page, _trouble):
        go(page, server, "stock:receive")
        page.locator("#id_reference").fill("合同 7 号")
        page.locator("#id_lines-0-lot_number").click()
        scan(page, "(10)230214A3263")
        expect(told(page)).to_contain_text("230214A3263")
        scan(page, "6901234567893")
        expect(told(page)).to_contain_text("校验")
        scan(page, "16901234567899")
        expect(told(page)).to_contain_text("目录")
        expect(page.locator("[data-row]")).to_have_count(1)
        expect(page.locator("#id_reference")).to_have_value("合同 7 号")
        page.locator("#id_lines-0-expires_on").click()
        page.keyboard.type("20301231", delay=120)
        page.keyboard.press("Enter")
        expect(page.locator("#id_lines-0-expires_on")).to_have_value("2030-12-31")


def test_scanning_chooses_the_lot_that_goes_out_and_says_which_should_go_first(
    open_as: Callable[..., Opened], server: Server, county: StockedCounty
) -> None:
    kept_by_one(county.warehouse)
    later = Lot.objects.get(number="LATER")
    with open_as(a_storekeeper(county.warehouse)) as (page, trouble):
        go(page, server, "stock:send", to=county.store.pk)
        scan(page, code("LATER", f"{later.expires_on:%y%m%d}", "P1"))
        expect(told(page)).to_contain_text("SOON")
        scan(page, code("LATER", f"{later.expires_on:%y%m%d}", "P2"))
        expect(page.locator("#id_lines-0-pieces")).to_have_value("20")
        field = page.locator(f"[name='take-{county.condom.pk}-{later.pk}']").last
        expect(page.locator("#proposal .by-hand input")).to_be_checked()
        expect(field).to_have_value("20")
        page.locator(f"[name='why-{county.condom.pk}']").fill("asked for")
        assert not serious_findings(page)
        post(page)
        assert not trouble.lines
    assert (pieces_at(county.warehouse, "LATER"), pieces_at(county.warehouse, "SOON")) == (480, 100)
    assert TraceCode.objects.filter(direction="out").count() == 2


def test_the_counter_on_a_phone_counts_packs_and_keeps_no_code(
    open_as: Callable[..., Opened], server: Server, county: StockedCounty
) -> None:
    lot = Lot.objects.get(number="A")
    with open_as(a_dispenser(county.store), size=PHONE) as (page, trouble):
        go(page, server, "stock:dispense")
        for serial in ("P1", "P2"):
            scan(page, code("A", f"{lot.expires_on:%y%m%d}", serial))
        expect(page.locator(".tile input").first).to_have_value("20")
        scan(page, code("GONE", "200101"))
        expect(told(page)).to_contain_text("do not give it out")
        expect(page.locator(".tile input").first).to_have_value("20")
        assert not too_wide(page)
        assert not serious_findings(page)
        page.locator("main").get_by_role("button", name=re.compile("^Give out")).click()
        expect(page.locator(".done-number")).to_be_visible()
        assert not trouble.lines
    assert pieces_at(county.store) == 180
    assert not TraceCode.objects.exists()
    assert "P1" not in str(list(Event.objects.filter(kind=EventKind.DISPENSING).values()))


def test_a_lot_is_found_for_correction_by_its_code(
    open_as: Callable[..., Opened], server: Server, county: StockedCounty
) -> None:
    lot = Lot.objects.get(number="A")
    with open_as(a_storekeeper(county.store)) as (page, _trouble):
        go(page, server, "stock:adjust", reason="damaged")
        scan(page, code("A", f"{lot.expires_on:%y%m%d}"))
        expect(page.locator("#id_lines-0-pieces")).to_be_focused()
        expect(said(page)).to_contain_text("A")
        page.locator("#id_note").fill("wet")
        post(page)
    assert pieces_at(county.store, "A") == 190


def test_a_pack_is_followed_by_scans_alone_and_no_address_holds_its_code(
    open_as: Callable[..., Opened], server: Server, county: StockedCounty
) -> None:
    serial = f"(01){GTIN}(21)S1"
    slip = county.receive(county.store, county.line("B", 20), codes=[PackCode(0, serial)])
    visited: list[str] = []
    with open_as(a_storekeeper(county.store), size=PHONE) as (page, trouble):
        page.on("framenavigated", lambda frame: visited.append(frame.url))
        go(page, server, "stock:traces")
        for scanned, shown in ((code("B", serial="S1"), slip.slip), (code("B", serial="S2"), "on no slip here")):
            scan(page, scanned)  # the next one is scanned over what was found
            expect(page.locator("main")).to_contain_text(shown)
            page.wait_for_url(re.compile(r"/packs/[0-9a-f-]{36}/$"))
        assert not too_wide(page)
        assert not serious_findings(page)
        assert not trouble.lines
    assert not any("S1" in one or GTIN in one for one in visited)


PICTURE = """
import { writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { prepareZXingModule, writeBarcode } from "zxing-wasm/writer";
const wasm = readFileSync(new URL(import.meta.resolve("zxing-wasm/writer/zxing_writer.wasm")));
prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer } });
const made = await writeBarcode(process.argv[2], { format: "DataMatrix", options: "gs1", scale: 8 });
if (made.error) throw new Error(made.error);
const { data, width, height } = made.symbol;
await writeFile(process.argv[3], JSON.stringify({ data: [...data], width, height }));
await writeFile(process.argv[4], Buffer.from(await made.image.arrayBuffer()));
"""


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A GS1 DataMatrix as a video for the browser's false camera, and as a photo."""
    folder = tmp_path_factory.mktemp("code")
    script = ROOT / "node_modules" / ".zhixuan-picture.mjs"
    script.write_text(PICTURE, encoding="utf-8")
    symbol, photo, video = folder / "symbol.json", folder / "photo.png", folder / "camera.y4m"
    text = f"(01){GTIN}(17)300600(10)CAM1(21)S9"
    try:
        subprocess.run([find_node(), str(script), text, str(symbol), str(photo)], check=True, timeout=60, cwd=ROOT)
    finally:
        script.unlink()
    video.write_bytes(as_video(json.loads(symbol.read_text())))
    return video, photo


def as_video(symbol: dict[str, Any], *, width: int = 640, height: int = 480, scale: int = 12) -> bytes:
    """One still frame, raw: black modules on white, in the middle."""
    light = bytearray(b"\xeb" * (width * height))
    left, top = (width - symbol["width"] * scale) // 2, (height - symbol["height"] * scale) // 2
    for at, value in enumerate(symbol["data"]):
        if value == 0:
            x, y = left + at % symbol["width"] * scale, top + at // symbol["width"] * scale
            for row in range(y, y + scale):
                light[row * width + x : row * width + x + scale] = b"\x10" * scale
    frame = b"FRAME\n" + bytes(light) + b"\x80" * (width * height // 2)
    return f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420\n".encode() + frame * 2


def test_the_camera_of_a_phone_fills_a_line(
    open_as: Callable[..., Opened], server: Server, county: StockedCounty
) -> None:
    with open_as(a_storekeeper(county.store), size=PHONE) as (page, trouble):
        go(page, server, "stock:receive")
        page.get_by_role("button", name="Scan with the camera").click()
        expect(page.locator("#id_lines-0-lot_number")).to_have_value("CAM1")
        expect(page.locator("#id_lines-0-expires_on")).to_have_value("2030-06-30")
        assert not serious_findings(page)
        page.get_by_role("button", name="Close the camera").click()
        expect(page.locator("[data-scan-view]")).to_be_hidden()
        assert not trouble.lines


def scan_photo(page: Page, photo: Path) -> None:
    """As on a machine without a camera: the page has to have said so before it takes a photo."""
    page.evaluate("delete Navigator.prototype.mediaDevices")
    page.get_by_role("button", name="Scan with the camera").click()
    expect(told(page)).to_contain_text("Take a photo")
    page.locator("[data-photo]").set_input_files(photo)


def test_without_a_camera_a_photo_does(
    open_as: Callable[..., Opened], server: Server, county: StockedCounty, picture: tuple[Path, Path]
) -> None:
    with open_as(a_storekeeper(county.store), size=PHONE) as (page, trouble):
        go(page, server, "stock:receive")
        scan_photo(page, picture[1])
        expect(page.locator("#id_lines-0-lot_number")).to_have_value("CAM1")
        assert not trouble.lines


def test_codes_to_practise_with_are_drawn_so_that_a_scanner_reads_them(
    open_as: Callable[..., Opened], server: Server, county: StockedCounty, tmp_path: Path
) -> None:
    Item.objects.filter(pk=county.box.pk).update(gtin="09520000000011")
    keeper = a_storekeeper(county.store)
    with open_as(keeper) as (page, trouble):
        go(page, server, "stock:practice")
        canvases = page.locator("canvas[data-drawn]")
        expect(canvases).to_have_count(4)
        assert not too_wide(page)
        assert not serious_findings(page)
        photos = [tmp_path / "matrix.png", tmp_path / "linear.png"]
        for at, photo in enumerate(photos):
            canvases.nth(at).screenshot(path=photo)
        for photo in photos:
            go(page, server, "stock:receive")
            scan_photo(page, photo)
            expect(page.locator("#id_lines-0-lot_number")).to_have_value("A", timeout=20_000)
            page.evaluate("localStorage.clear()")
        assert not trouble.lines


def test_only_pages_that_scan_may_run_web_assembly(client: Client, county: StockedCounty) -> None:
    client.force_login(a_storekeeper(county.store))
    scanning = client.get(reverse("stock:receive")).headers["Content-Security-Policy"]
    other = client.get(reverse("stock:on_hand")).headers["Content-Security-Policy"]
    assert "'wasm-unsafe-eval'" in scanning
    assert "unsafe-eval" not in other
    assert "'unsafe-eval'" not in scanning
