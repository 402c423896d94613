"""What the ledger holds, read by plain SQL: the second opinion of the import tests."""

from __future__ import annotations

from django.db import connection

SUM = """
SELECT coalesce(sum(CASE WHEN t.kind IN ('store', 'suspense') AND t.facility_id = f.id THEN m.pieces ELSE 0 END), 0)
     - coalesce(sum(CASE WHEN s.kind IN ('store', 'suspense') AND s.facility_id = f.id THEN m.pieces ELSE 0 END), 0)
FROM stock_movement m
JOIN stock_place t ON t.id = m.to_place_id
JOIN stock_place s ON s.id = m.from_place_id
JOIN catalogue_product p ON p.id = m.product_id, directory_facility f
WHERE f.code = %s AND p.code = %s AND m."on" <= %s
"""


def at_month_end(site: str, product: str, day: str) -> int:
    """Pieces of a product at a site at the end of a day."""
    with connection.cursor() as cursor:
        cursor.execute(SUM, [site, product, day])
        return int(cursor.fetchone()[0])


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def counts() -> dict[str, int]:
    """Sizes of all tables that an import writes."""
    tables = ("stock_event", "stock_movement", "stock_lot", "exchange_importedrow", "exchange_finding")
    return {table: count(table) for table in (*tables, "exchange_importrun", "directory_facility", "directory_area")}
