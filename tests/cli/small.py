"""A dataset small enough to know by heart, with names that try to break out of every format.

A drone of a motor (Taiwan, magnets from a world market that is 94 % Chinese), a board (an American firm with a Chinese
owner of 30 %; nobody knows whose chip) and a frame (a market: 60 % Taiwan, 30 % China, 10 % unknown); the firmware is
optional.
"""

from __future__ import annotations

from pathlib import Path

RTL = "לוח בקרה «אלפא»"
CJK = "飛控晶片"
SCRIPT = '<script>alert("x")</script>'
FORMULA = '=HYPERLINK("http://x.invalid")'

TABLES = {
    "parts": f"""\
part_id,name,name_zh,category,subcategory,theme,kind,stage,unit
drone,Survey drone,測繪無人機,product,,,product,product,piece
motor,"{FORMULA.replace('"', '""')}",馬達,propulsion,,motors,component,assembly,piece
board,{RTL},,electronics,flight_control,three_chips,component,assembly,piece
frame,"{SCRIPT.replace('"', '""')}",,airframe,,,component,assembly,piece
chip,{CJK},{CJK},electronics,flight_control,three_chips,component,component,piece
magnet,"Magnet | ""N52"" *grade*",,propulsion,magnet,rare_earths,material,processed_material,kg
firmware,@firmware,,software,flight_control,two_software,software,component,copy
""",
    "bom": """\
parent_id,child_id,quantity,unit,supplier_id,essential,basis,source_ids
drone,motor,4,piece,taichung_motors,,published,parts_list
drone,board,1,piece,us_boards,,published,parts_list
drone,frame,1,piece,,,assumption,
motor,magnet,0.01,kg,,,assumption,
board,chip,1,piece,,,assumption,
board,firmware,1,copy,open_pilots,no,published,parts_list
""",
    "offers": """\
part_id,supplier_id,origin_country,share,unit_cost_usd,capacity_per_year,source_ids
motor,taichung_motors,Taiwan,,40,8000,catalogue
board,us_boards,U.S.,,200,,catalogue
frame,,TWN,0.6,60,6000,
frame,,China,0.3,30,90000,
chip,us_chips,USA,,9,,
magnet,,China,0.94,80,100000,yearbook
magnet,,Japan,0.04,95,4000,yearbook
firmware,open_pilots,,,0,,
""",
    "suppliers": """\
supplier_id,name,country,owner_id,owner_country,ownership_share
taichung_motors,"Taichung ""Motors"" & Söhne",TWN,,,
us_boards,US Boards,USA,shenzhen_holding,CHN,0.3
shenzhen_holding,深圳控股,CHN,,,
us_chips,US Chips,USA,,,
open_pilots,Open Pilots,,,,
""",
    "demand": """\
product_id,year,units,scenario
drone,2027,1000,plan
""",
    "sources": """\
source_id,title,url
parts_list,"=parts list, 2026",https://example.org/parts
catalogue,Catalogues,
yearbook,Yearbook <b>2025</b>,
""",
    "datapackage": '{"name": "survey", "version": "2.1", "date_of_state": "2026-05-31"}',
}


def write_tables(folder: Path, **changed: str | None) -> Path:
    """Write the dataset into a folder; a table given by name replaces its own, None leaves it out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {**TABLES, **changed}.items():
        if text is not None:
            (folder / f"{name}.{'json' if name == 'datapackage' else 'csv'}").write_text(text, "utf-8")
    return folder


def without_prices() -> dict[str, str]:
    """Return offers that name no price and no cost share."""
    lines = [line.split(",") for line in TABLES["offers"].splitlines()]
    place = lines[0].index("unit_cost_usd")
    return {"offers": "\n".join(",".join(cells[:place] + cells[place + 1 :]) for cells in lines) + "\n"}


def with_second_product() -> dict[str, str]:
    """Return tables with a glider beside the drone, whose id would lead out of a folder."""
    return {
        "parts": TABLES["parts"] + "../../glider,Glider,,product,,,product,product,piece\n",
        "bom": TABLES["bom"] + "../../glider,frame,1,piece,,,published,parts_list\n",
    }


def write_workbook(path: Path, **changed: str | None) -> Path:
    """Write the dataset as a workbook with a sheet per table; every cell is a text."""
    import csv

    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, text in {**TABLES, **changed}.items():
        if text is None or name == "datapackage":
            continue
        sheet = book.create_sheet(name)
        for number, cells in enumerate(csv.reader(text.splitlines()), start=1):
            for place, value in enumerate(cells, start=1):
                if value:
                    cell = sheet.cell(number, place, value)
                    cell.data_type = "s"  # a text that begins with = would become a formula
    book.save(path)
    return path
