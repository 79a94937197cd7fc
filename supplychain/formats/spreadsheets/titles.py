"""What the rows above a header tell: the product, and the currency of the prices."""

from __future__ import annotations

import re

from supplychain.formats.spreadsheets.marks import currency_in
from supplychain.formats.spreadsheets.values import Grid

__all__ = ["currency_above", "product_above"]

_LABEL = (
    r"(?:project(?: name| title)?|product(?: name)?|assembly(?: name)?|board(?: name)?|end item|top level|"
    r"projekt(?:name)?|produkt(?:name)?|baugruppe|專案(?:名稱)?|项目名称|專案名|產品(?:名稱)?|产品(?:名称)?|機種|机种|機型|成品)"
)
_PRODUCT = re.compile(rf"^\W*{_LABEL}\s*[:：=]\s*(.+)$", re.IGNORECASE | re.DOTALL)
_ONLY_LABEL = re.compile(rf"^\W*{_LABEL}\s*[:：=]?\s*$", re.IGNORECASE)
_NEXT = re.compile(r"\s{2,}|[\n;|]|\s+(?:rev(?:ision)?|version|ver|date|v\d)\b\.?\s*[:：]?", re.IGNORECASE)
_PRICES = re.compile(
    r"price|cost|currenc|preis|währung|幣別|幣種|币种|币别|貨幣|货币|單價|单价|價格|价格|金額", re.IGNORECASE
)
_LONGEST = 80


def product_above(grid: Grid, header: int) -> str:
    """Return the name of the product that a title names ("Project: X  Rev: B"), or an empty text."""
    for row in grid.rows[:header]:
        cells = [cell for cell in row if cell]
        for place, cell in enumerate(cells):
            match = _PRODUCT.match(cell)
            name = match[1] if match else ""
            if not name and place + 1 < len(cells) and _ONLY_LABEL.match(cell):
                name = cells[place + 1]
            name = _NEXT.split(name.strip(), maxsplit=1)[0].strip(" ,")
            if name and len(name) <= _LONGEST:
                return name
    return ""


def currency_above(grid: Grid, header: int) -> str:
    """Return the ISO 4217 code that a title gives for the prices ("All prices in EUR"), or an empty text."""
    for row in grid.rows[:header]:
        text = " ".join(cell for cell in row if cell)
        if _PRICES.search(text) and (code := currency_in(text)):
            return code
    return ""
