"""Write the ten ugly spreadsheets of this folder: `python tests/data/ugly/make.py [FOLDER]`.

The files are committed; this script says how each came about. Everything that a program puts into a file by itself
(time of writing, program version) is replaced, so that a second run writes the same.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import sys
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

Cell = str | int | float | None
Rows = Sequence[Sequence[Cell]]

_THEN = (2020, 1, 1, 0, 0, 0)


def delimited(rows: Rows, *, delimiter: str = ",", quoting: int = csv.QUOTE_ALL, end: str = "\r\n") -> str:
    """Return rows as delimited text."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
    writer.writerows(rows)
    return stream.getvalue()


def workbook(
    sheets: Mapping[str, Rows],
    *,
    merged: Iterable[str] = (),
    hidden: Iterable[str] = (),
    saved: Mapping[str, float] | None = None,
) -> bytes:
    """Return an .xlsx; merges and hidden columns are those of the last sheet, `saved` its values of formulas."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    for block in merged:
        sheet.merge_cells(block)
    for letter in hidden:
        sheet.column_dimensions[letter].hidden = True
    book.properties.creator = "test data"
    book.properties.created = dt.datetime(*_THEN)  # noqa: DTZ001  # openpyxl wants none
    stream = io.BytesIO()
    book.save(stream)
    last = f"xl/worksheets/sheet{len(sheets)}.xml"
    return _repacked(stream.getvalue(), last, saved or {})


def _repacked(content: bytes, last: str, saved: Mapping[str, float]) -> bytes:
    """Set the times of the archive, and write the values that a spreadsheet program would save with formulas."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            text = old.read(name)
            if name == "docProps/core.xml":
                text = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2020-01-01T00:00:00Z", text)
            if name == last:
                for place, value in saved.items():
                    pattern = rf'(<c r="{place}"[^>]*><f>[^<]*</f>)<v ?/?>(</v>)?'.encode()
                    text, count = re.subn(pattern, rf"\g<1><v>{value:g}</v>".encode(), text)
                    if count != 1:
                        raise ValueError(f"no formula in {place}")
            new.writestr(zipfile.ZipInfo(name, _THEN), text, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def kicad() -> bytes:
    """KiCad: ranges, DNP, a count that is not that of the places, a quoted line break in the last row."""
    header = ["Reference", "Qty", "Value", "DNP", "Exclude from BOM", "Exclude from Board"]
    rows: Rows = [
        [*header, "Footprint", "Datasheet", "MFN", "MPN"],
        ["C1-C3,C7", 4, "100n", "", "", "", "Capacitor_SMD:C_0402_1005Metric", "~", "Yageo", "CC0402ZRY5V7BB104"],
        ["R1,R2", 2, "10k", "", "", "", "Resistor_SMD:R_0402_1005Metric", "~", "Yageo", "RC0402FR-0710KL"],
        ["R5", 1, "0", "DNP", "", "", "Resistor_SMD:R_0402_1005Metric", "~", "", ""],
        ["U1", 1, "STM32F405RGT6", "", "", "", "Package_QFP:LQFP-64", "~", "STMicroelectronics", "STM32F405RGT6"],
        ["C10-C13", 5, "10u", "", "", "", "Capacitor_SMD:C_0805_2012Metric", "~", "Murata", "GRM21BR61A106KE19L"],
        ["J1", 1, "USB-C", "", "", "", "Connector_USB:USB_C_Receptacle", "~", "", ""],
        ["TP1", "", "TestPoint", "", "", "", "TestPoint:TestPoint_Pad_D1.0mm", "~", "", ""],
        ["L1", 1, "4.7µH", "", "", "", "Inductor_SMD:L_0603", "first line\nsecond, with a comma", "", "LQM18FN4R7M00D"],
    ]
    return delimited(rows, end="\n").encode("utf-8")


def altium() -> bytes:
    """Altium: a title block above, two makers a line, price breaks in one cell, a note below."""
    header = ["Comment", "Description", "Designator", "Footprint", "LibRef", "Quantity"]
    header += ["Manufacturer 1", "Manufacturer Part Number 1", "Manufacturer Lifecycle 1"]
    header += ["Supplier 1", "Supplier Part Number 1", "Pricing 1", "Manufacturer 2", "Manufacturer Part Number 2"]
    breaks = "1=0.32, 10=0.21, 100=0.12 (USD)"
    capacitor = ["100nF", "CAP CER 0.1UF 16V X7R 0402", ", ".join(f"C{n}" for n in range(1, 26)), "CAP-0402", "CAP", 25]
    rows: Rows = [
        ["Bill of Materials"],
        ["Project:", "FlightCore.PrjPcb"],
        ["Revision:", "B"],
        ["Variant:", "None"],
        [],
        header,
        [
            *capacitor,
            "Murata",
            "GRM155R71C104KA88D",
            "Volume Production",
            "Digi-Key",
            "490-3261-1-ND",
            breaks,
            "Yageo",
            "CC0402KRX7R7BB104",
        ],
        [
            "10k",
            "RES 10K OHM 1% 0402",
            "R1, R2, R3",
            "RES-0402",
            "RES",
            3.0,
            "Yageo",
            "RC0402FR-0710KL",
            "",
            "",
            "",
            "1: 0.10; 10: 0.02",
            "",
            "",
        ],
        [
            "MPU-6000",
            "IMU 6-AXIS",
            "U2",
            "QFN-24",
            "MPU6000",
            1,
            "InvenSense (TDK)",
            "MPU-6000",
            "Obsolete",
            "",
            "",
            "call for price",
            "",
            "",
        ],
        [
            "XT60",
            "CONN POWER XT60",
            "J1",
            "XT60-PW",
            "XT60",
            1,
            "Amass",
            "XT60PW-M",
            "",
            "Farnell",
            "",
            "0.85 EUR",
            "",
            "",
        ],
        [],
        ["Prices are test data and were made up for this file; nothing here is an offer."],
    ]
    return workbook({"BOM": rows}, merged=["A1:N1"])


def eagle() -> bytes:
    """Eagle and Fusion: semicolons, one more at each end, Western encoding."""
    rows: Rows = [
        ["Qty", "Value", "Device", "Package", "Parts", "Description", "MANUFACTURER", "MPN", ""],
        [4, "100nF", "C-EUC0402", "C0402", "C1, C2, C3, C4", "CAPACITOR", "YAGEO", "CC0402KRX7R7BB104", ""],
        [1, "4,7µH", "L-0603", "0603", "L1", "Spule, ±20 %", "Würth Elektronik", "", ""],
        [2, "", "MOUNT-HOLE3.0", "3,0", "H1, H2", "Befestigungsloch", "", "", ""],
        [
            1,
            "STM32F405RGT6",
            "STM32F405RGT6",
            "LQFP64",
            "U1",
            "Mikrocontroller; Gehäuse LQFP64",
            "STMicroelectronics",
            "STM32F405RGT6",
            "",
        ],
        [3, "330", "R-EU_R0402", "R0402", "R1-R3", "RESISTOR", "", "", ""],
    ]
    return delimited(rows, delimiter=";").encode("cp1252")


def inventree() -> bytes:
    """InvenTree, several levels with substitutes; the total quantity is not the quantity."""
    header = ["BOM Level", "Component.IPN", "Component.Name", "Component.Description", "Quantity", "Reference", "Note"]
    header += ["Total Quantity", "Substitute 1", "Supplier 1", "Supplier 1 SKU", "Manufacturer 1", "Manufacturer 1 MPN"]
    header += ["Manufacturer 2", "Manufacturer 2 MPN"]
    board = ["FC-1", "Flight controller", "Board, assembled", 2]
    rows: Rows = [
        header,
        [1, *board, "", "", 2, "", "", "", "", "", "", ""],
        [
            2,
            "CAP-1",
            "Capacitor 100nF",
            "0402 X7R",
            20,
            "C1-C20",
            "",
            40,
            "Capacitor 100nF 25V",
            "Mouser",
            "81-X",
            "Murata",
            "GRM155R71C104KA88D",
            "Yageo",
            "CC0402KRX7R7BB104",
        ],
        [
            2,
            "MCU-1",
            "Microcontroller",
            "Cortex-M4",
            1,
            "U1",
            "",
            2,
            "",
            "",
            "",
            "STMicroelectronics",
            "STM32F405RGT6",
            "",
            "",
        ],
        [1, "ARM-1", "Arm, with motor", "Sub-assembly", 4, "", "", 4, "", "", "", "", "", "", ""],
        [2, "MOT-1", "Motor 2207", "1750KV", 1, "", "", 4, "", "", "", "T-Motor", "F60PRO", "", ""],
        [2, "SCR-1", "Screw M3x8", "Steel", 4, "", "loose", 16, "", "", "", "", "", "", ""],
        [1, "BAT-1", "Battery 4S 1500mAh", "", 1, "", "", 1, "", "", "", "Tattu", "", "", ""],
    ]
    return delimited(rows, quoting=csv.QUOTE_MINIMAL).encode("utf-8-sig")


def jlcpcb() -> bytes:
    """JLCPCB and LCSC: tabs, UTF-16, a full-width bracket in a header, places in four styles."""
    rows: Rows = [
        ["Comment", "Designator", "Footprint", "LCSC Part #（optional）", "Qty", "Manufacturer", "Mfr. Part #"],
        ["100nF", "C1,C2,C3", "0402", "C1525", 3, "Samsung Electro-Mechanics", "CL05B104KO5NNNC"],
        ["10kΩ", "R1 R2", "0402", "C25744", 2, "UNI-ROYAL(Uniroyal Elec)", "0402WGF1002TCE"],
        ["STM32F405RGT6", "U1", "LQFP-64", "C15742", 1, "STMicroelectronics", "STM32F405RGT6"],
        ["測試點", "TP1..TP4", "", "", 4, "", ""],
        ["USB-C", "J1; J2", "USB-C-16P", "", "", "", ""],
    ]
    return b"\xff\xfe" + delimited(rows, delimiter="\t", quoting=csv.QUOTE_MINIMAL).encode("utf-16-le")


def sap() -> bytes:
    """SAP: levels by dots, German headers, decimal commas with three places, prices for a hundred."""
    header = ["Stufe", "Pos.", "Komponente", "Objektkurztext", "Menge", "ME", "Hersteller", "Hersteller-Teilenr."]
    header += ["Preis", "Preiseinheit", "Währung", "Werk"]
    rows: Rows = [
        ["Stücklistenauflösung mehrstufig"],
        ["Material: 100-200", "", "", "Werk: 1000"],
        header,
        ["0", "", "100-200", "Drohne Testmuster", "1,000", "ST", "", "", "", "", "", "1000"],
        [".1", "0010", "M-100", "Motor 2207", "4,000", "ST", "T-Motor", "F60PRO", "25,90", "1", "EUR", "1000"],
        [".1", "0020", "E-200", "Flugregler komplett", "1,000", "ST", "", "", "", "", "", "1000"],
        [
            "..2",
            "0010",
            "C-100",
            "Kondensator 100nF",
            "20,000",
            "ST",
            "Yageo",
            "CC0402KRX7R7BB104",
            "12,50",
            "100",
            "EUR",
            "1000",
        ],
        [
            "..2",
            "0020",
            "U-100",
            "Mikrocontroller",
            "1,000",
            "ST",
            "STMicroelectronics",
            "STM32F405RGT6",
            "9,80",
            "1",
            "EUR",
            "1000",
        ],
        [".1", "0030", "W-100", "Kabel", "0,250", "M", "", "", "0,80", "1", "EUR", "1000"],
        [".1", "0040", "R-100", "Rahmen", "1,000", "ST", "Holybro", "", "1.234,50", "1", "EUR", "1000"],
    ]
    return workbook({"CS12": rows})


def ariba() -> bytes:
    """SAP Ariba: levels from 1, words of the headers run together, a day of validity long past, rows to refuse."""
    header = ["Level", "MaterialNumber", "MaterialDescription", "BOMNumber", "BOMCategory", "Quantity", "UnitOfMeasure"]
    header += ["ValidFromDate", "ValidToDate", "ManufacturerName", "ManufacturerPartNumber"]
    valid = ["2020-01-01", "9999-12-31"]
    rows: Rows = [
        header,
        [1, "DRONE-1", "Test quadcopter", "00000100", "M", 1, "EA", *valid, "", ""],
        [2, "MOT-1", "Brushless motor 2207", "", "M", 4, "EA", *valid, "T-Motor", "F60PRO"],
        [2, "FC-1", "Flight controller board", "00000200", "M", 1, "EA", *valid, "", ""],
        [3, "CAP-1", "Capacitor 100nF", "", "M", 20, "EA", "1990-01-01", "1999-12-31", "Yageo", "CC0402KRX7R7BB104"],
        [3, "MCU-1", "Microcontroller", "", "M", 1, "EA", *valid, "STMicroelectronics", "STM32F405RGT6"],
        [2, "BAT-1", "Battery pack 4S", "", "M", 1, "EA", *valid, "", ""],
        [2, "", "", "", "", "", "", "", "", "", ""],
        [2, "SCR-1", "Screw M3x8", "", "M", -4, "EA", *valid, "", ""],
    ]
    return delimited(rows, quoting=csv.QUOTE_MINIMAL).encode("utf-8")


def by_hand() -> bytes:
    """Typed by hand in Chinese: merged cells, sections, sub-totals, an alternative maker, notes below."""
    header = [
        "項次",
        "品名",
        "規格",
        "數量",
        "單位",
        "單價(NT$)",
        "金額",
        "製造商",
        "料號",
        "原廠料號",
        "原產地",
        "備註",
    ]
    rows: Rows = [
        ["四軸無人機物料清單（測試用）"],
        ["專案：測試機　版本：B"],
        [],
        header,
        ["一、動力系統"],
        [1, "馬達", "2207 1750KV", "４", "個", 520, "=D6*F6", "T-MOTOR", "M-001", "F60PRO", "中國大陸"],
        [2, "螺旋槳", "5吋 三葉", 4, "個", 60, "=D7*F7", None, "P-001", "T5143S", "中國"],
        [3, "電池", "4S 1500mAh", 1, "個", 900, "=D8*F8", "Tattu", "B-001", "", "中國/台灣", "兩地皆有"],
        ["小計", *[None] * 5, "=SUM(G6:G8)"],
        ["二、電子系統"],
        [4, "飛控板", "F405", 1, "片", "1,250", 1250, "Holybro", "F-001", "", "台灣"],
        [5, "電容", "100nF 0402", 20, "顆", 0.5, "=D12*F12", "國巨", "C-001", "CC0402ZRY5V7BB104", "臺灣"],
        [None, None, None, None, None, 0.6, None, "村田", None, "GRM155R71C104KA88D", "日本"],
        ["小計", *[None] * 5, "=SUM(G11:G13)"],
        ["合計", *[None] * 5, "=G9+G14"],
        [],
        ["備註：以上價格為測試用，未含稅。"],
        ["製表：測試", *[None] * 6, "審核：測試"],
    ]
    merged = ["A1:L1", "A5:L5", "A10:L10", "A9:F9", "A14:F14", "A15:F15", "A17:L17", "H6:H7"]
    merged += [f"{letter}12:{letter}13" for letter in "ABCDEI"]
    saved = {"G6": 2080, "G7": 240, "G8": 900, "G9": 3220, "G12": 10, "G14": 1260, "G15": 4480}
    return workbook({"工作表1": rows}, merged=merged, saved=saved)


_NAMESPACES = "".join(
    f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in (("office", "office"), ("table", "table"), ("text", "text"))
)


def _ods_row(cells: Sequence[Cell], repeated: int = 1) -> str:
    """One row, with the empty columns to the right that spreadsheet programs write."""
    parts = []
    for cell in cells:
        if cell is None or cell == "":
            parts.append("<table:table-cell/>")
        elif isinstance(cell, str):
            parts.append(
                f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
            )
        else:
            kind = 'currency" office:currency="USD' if isinstance(cell, float) else "float"
            shown = f"<text:p>{cell:,.2f}</text:p>"
            parts.append(
                f'<table:table-cell office:value-type="{kind}" office:value="{cell:g}">{shown}</table:table-cell>'
            )
    parts.append(f'<table:table-cell table:number-columns-repeated="{16384 - len(cells)}"/>')
    again = f' table:number-rows-repeated="{repeated}"' if repeated > 1 else ""
    return f"<table:table-row{again}>{''.join(parts)}</table:table-row>"


def customs() -> bytes:
    """A customs list, .ods: shipped from and seat of the maker, not where made; a repeated row; empty to the edge."""
    rows = [
        _ods_row(["Import declarations (test data)"]),
        _ods_row([]),
        _ods_row(
            [
                "HS code",
                "Goods description",
                "Qty",
                "Unit",
                "Unit value (USD)",
                "Manufacturer",
                "Departure country",
                "Manufacturer country",
            ]
        ),
        _ods_row(["850131", "Brushless motor 2207", 400, "PCS", 18.5, "T-Motor", "Hong Kong", "China"]),
        _ods_row(["880730", "Propeller, carbon", 200, "PCS", 7.25, "T-Motor", "Hong Kong", "China"]),
        _ods_row(["852691", "GNSS module", 100, "PCS", 31.0, "u-blox", "Netherlands", "Switzerland"]),
        _ods_row(["853224", "Capacitor, ceramic", 5000, "PCS", 0.004, "Yageo", "China", "Taiwan"], repeated=2),
        _ods_row(["850760", "Battery pack 4S", 50, "SET", 45.0, "Tattu", "Macau", "China"]),
        _ods_row(["852589", "Camera module", 20, "PCS", "", "Sony", "Atlantis", "Japan"]),
        _ods_row([], repeated=1048566),
    ]
    table = f"<table:table table:name={quoteattr('Import 2024')}>{''.join(rows)}</table:table>"
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    content = f'{head}<office:document-content{_NAMESPACES} office:version="1.3">{body}</office:document-content>'
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = f'{head}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    for path, kind in (("/", mimetype), ("content.xml", "text/xml")):
        manifest += f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
    manifest += "</manifest:manifest>"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mimetype", _THEN), mimetype, zipfile.ZIP_STORED)
        for name, text in (("content.xml", content), ("META-INF/manifest.xml", manifest)):
            archive.writestr(zipfile.ZipInfo(name, _THEN), text, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def teardown() -> bytes:
    """A teardown list: headers that can mean several things, prices for packs, formulas nobody has computed."""
    header = ["#", "Part", "Vendor", "Model", "Qty", "Price", "Country", "Line total", "Notes", "Notes", "Internal"]
    lines: Rows = [
        ["Motor 2207 1750KV", "T-Motor", "F60PRO", 4, "USD 25.90", "China"],
        ["Propeller 5 inch, pack of 4", "Gemfan", "51466", 4, "USD 3.20", "China"],
        ["Flight controller STM32F405", "Holybro", "Kakute F4", 1, "USD 42", "China"],
        ["Battery 4S 1500mAh (2 pcs)", "Tattu", "", 2, "USD 60.00", "China"],
        ["GNSS module M10", "u-blox", "MAX-M10S", 1, "call for price", "Switzerland"],
        ["Screws", "", "", "as required", "n/a", ""],
    ]
    rows = [[number, *line, f"=E{number + 1}*F{number + 1}"] for number, line in enumerate(lines, start=1)]
    rows[0] += ["weighed: 33 g", None, "do not share"]
    about: Rows = [["Teardown of a test drone"], ["Prices are test data and were made up for this file."]]
    total: list[Cell] = [None, "Total", *[None] * 5, "=SUM(H2:H7)"]
    return workbook({"Read me": about, "Teardown": [header, *rows, total]}, hidden=["K"])


FILES: Mapping[str, Callable[[], bytes]] = {
    "01_kicad.csv": kicad,
    "02_altium.xlsx": altium,
    "03_eagle.csv": eagle,
    "04_inventree.csv": inventree,
    "05_jlcpcb.tsv": jlcpcb,
    "06_sap.xlsx": sap,
    "07_ariba.csv": ariba,
    "08_by_hand.xlsx": by_hand,
    "09_customs.ods": customs,
    "10_teardown.xlsx": teardown,
}

if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for name, make in FILES.items():
        (folder / name).write_bytes(make())
