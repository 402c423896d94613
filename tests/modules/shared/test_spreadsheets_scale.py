"""A hundred thousand rows, within memory and time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.modules.shared.spreadsheet_files import number_xml, row_xml, saved, sheet_xml, xlsx

pytestmark = pytest.mark.either_database

ROWS = 100_000
STREAMED = """
import resource, sys
from pathlib import Path
from zhixuan.shared.spreadsheets.reading import open_tables
with open_tables(Path(sys.argv[1])) as tables:
    print(sum(1 for table in tables for row in table.rows))
own = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
print(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def big_csv() -> bytes:
    return ("编码,数量,备注\n" + "".join(f"C{n % 997:05},{n},第{n}行\n" for n in range(ROWS))).encode("gb18030")


def big_xlsx() -> bytes:
    cells = "".join(
        row_xml(n, number_xml(f"A{n}", n), number_xml(f"B{n}", n % 97), number_xml(f"C{n}", n * 0.5))
        for n in range(1, ROWS + 2)
    )
    return xlsx(sheet_xml(cells))


@pytest.mark.parametrize(("name", "build"), [("a.csv", big_csv), ("a.xlsx", big_xlsx)])
def test_a_hundred_thousand_rows_stream_through_little_memory(name: str, build: object, tmp_path: Path) -> None:
    path = saved(tmp_path, build(), name)  # type: ignore[operator]
    out = subprocess.run(
        [sys.executable, "-c", STREAMED, str(path)], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    count, own, child = map(int, out.split())
    assert count == ROWS
    assert own < 100 * 1024, "a stream holds one row, not all"
    assert child < 300 * 1024
