"""Archives made to hurt are refused before they are unpacked; what is not read is said."""

import contextlib
import io
import random
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest

from supplychain.errors import DataError, Problem
from supplychain.formats import archive as archives
from supplychain.formats.archive import open_archive, open_member, xml_events
from supplychain.formats.spreadsheets.grid import read_grids
from supplychain.formats.workbook import read_workbook


def book() -> bytes:
    workbook = openpyxl.Workbook()
    workbook.active.append(["Name", "Quantity"])
    workbook.active.append(["motor", 4])
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def with_members(path: Path, *more: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    path.write_bytes(book())
    with zipfile.ZipFile(path, "a", method) as archive:
        for name, content in more:
            archive.writestr(name, content)
    return path


def replaced(path: Path, name: str, content: bytes) -> Path:
    """Write a workbook with another content of one member."""
    with zipfile.ZipFile(io.BytesIO(book())) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, content if member == name else old.read(member))
    return path


def refusal(path: Path) -> Problem:
    """Return what both readers of workbooks say; neither may read it."""
    with pytest.raises(DataError) as dataset:
        read_workbook(path)
    with pytest.raises(DataError) as grid:
        read_grids(path)
    assert str(dataset.value) == str(grid.value)
    (problem,) = grid.value.problems
    assert problem.severity == "error" and problem.file == path.name and problem.hint
    return problem


def warnings(path: Path) -> list[str]:
    (grid,) = read_grids(path)
    assert grid.rows == (("Name", "Quantity"), ("motor", "4"))
    return [problem.message for problem in grid.problems if problem.severity == "warning"]


def test_a_plain_workbook_is_read_without_a_word(tmp_path: Path) -> None:
    assert warnings(with_members(tmp_path / "b.xlsx")) == []


def test_a_member_that_unpacks_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES_OF_ONE", 1 << 20)
    path = with_members(tmp_path / "b.xlsx", ("xl/worksheets/sheet9.xml", b"<a>" + bytes(range(256)) * 8192))
    assert "xl/worksheets/sheet9.xml unpacks to 2 MB" in refusal(path).message


def test_a_sheet_of_300_mb_declared_in_its_directory(tmp_path: Path) -> None:
    path = with_members(tmp_path / "b.xlsx", ("xl/worksheets/sheet9.xml", b"<a/>"))
    raw = bytearray(path.read_bytes())
    entry = raw.rindex(b"PK\x01\x02")
    raw[entry + 24 : entry + 28] = struct.pack("<I", 300 << 20)
    path.write_bytes(raw)
    assert "unpacks to 300 MB" in refusal(path).message


def test_members_that_are_too_large_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES", 5 << 20)
    content = random.Random(1).randbytes(1_100_000)
    with_members(tmp_path / "b.xlsx", *((f"xl/{n}.bin", content[n:]) for n in range(5)))
    monkeypatch.setattr(archives, "_check_outside", lambda *_: None)
    path = tmp_path / "b.xlsx"
    assert "the workbook unpacks to 5 MB" in refusal(path).message


def test_a_bomb_by_its_ratio(tmp_path: Path) -> None:
    path = with_members(tmp_path / "b.xlsx", ("xl/worksheets/sheet9.xml", b"<a>" + b" " * (50 << 20)))
    assert path.stat().st_size < 100_000
    assert "times its size" in refusal(path).message


def test_a_large_honest_sheet_is_no_bomb(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet("BOM")
    for _ in range(40_000):
        sheet.append(["resistor", 1, 0.5, "made up", "the same text again and again"] * 2)
    workbook.save(tmp_path / "b.xlsx")
    with zipfile.ZipFile(tmp_path / "b.xlsx") as archive:
        member = archive.getinfo("xl/worksheets/sheet1.xml")
    assert member.file_size > 8 << 20 and member.file_size > 10 * member.compress_size
    assert len(read_grids(tmp_path / "b.xlsx")[0].rows) == 40_000


@pytest.mark.parametrize("content", [b"PK\x03\x04nested", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"Rar!\x1a\x07"])
def test_an_archive_in_the_archive(content: bytes, tmp_path: Path) -> None:
    path = with_members(tmp_path / "b.xlsx", ("xl/worksheets/looks_like_a_sheet.xml", content))
    assert "archive in the archive" in refusal(path).message


def test_an_embedded_workbook_is_never_opened(tmp_path: Path) -> None:
    path = with_members(tmp_path / "b.xlsx", ("xl/embeddings/Microsoft_Excel_Sheet1.xlsx", b"PK\x03\x04 no archive"))
    assert warnings(path) == ["embedded objects are ignored"]


_LAUGHS = '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'


@pytest.mark.parametrize(
    "content",
    [
        _LAUGHS.encode(),
        b"\xef\xbb\xbf" + _LAUGHS.encode(),
        ('<?xml version="1.0" encoding="UTF-16"?>' + _LAUGHS).encode("utf-16"),
        ("<?xml version='1.0'?>" + _LAUGHS).encode("utf-16-le"),
        b"<!-- " + b"x" * 200_000 + b" -->" + _LAUGHS.encode(),
        b'<!DOCTYPE worksheet SYSTEM "file:///etc/hostname"><worksheet/>',
    ],
)
def test_entities(content: bytes, tmp_path: Path) -> None:
    assert "DOCTYPE" in refusal(replaced(tmp_path / "b.xlsx", "xl/worksheets/sheet1.xml", content)).message


def test_entities_in_a_member_that_nothing_reads(tmp_path: Path) -> None:
    path = with_members(tmp_path / "b.xlsx", ("customXml/item1.bin", _LAUGHS.encode()))
    assert "DOCTYPE" in refusal(path).message


def test_a_prolog_without_end(tmp_path: Path) -> None:
    content = b"<?xml version='1.0'?>" + b"<!-- x -->\n" * 150_000 + b"<worksheet/>"
    assert "before its first element" in refusal(replaced(tmp_path / "b.xlsx", "xl/styles.xml", content)).message


@pytest.mark.parametrize("unpacked", [20_000, 200_000])
def test_a_member_that_lies_about_its_size(unpacked: int, tmp_path: Path) -> None:
    # The directory says 5,000 bytes, the packed data hold more: never more than that is read, and the lie is found.
    path = tmp_path / "b.xlsx"
    replaced(path, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData>" + b"<row/>" * (unpacked // 6))
    raw = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    entry = -1
    for _ in range(names.index("xl/worksheets/sheet1.xml") + 1):
        entry = raw.index(b"PK\x01\x02", entry + 1)
    raw[entry + 24 : entry + 28] = struct.pack("<I", 5_000)
    path.write_bytes(raw)
    sizes = []

    def read_all() -> None:
        with open_archive(path) as opened, open_member(opened, "xl/worksheets/sheet1.xml") as stream:
            while chunk := stream.read(100):
                sizes.append(len(chunk))

    with pytest.raises(DataError, match="CRC"):
        read_all()
    assert 0 < sum(sizes) <= 5_000
    refusal(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_method_whose_output_cannot_be_bounded(method: int, tmp_path: Path) -> None:
    path = with_members(tmp_path / "b.xlsx", ("xl/extra.bin", b"0" * 1000), method=method)
    assert "packed in an unusual way" in refusal(path).message


def test_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_MEMBERS", 50)
    path = with_members(tmp_path / "b.xlsx", *((f"xl/{n}.txt", b"") for n in range(60)))
    assert "more than 50 members" in refusal(path).message


def test_two_members_of_one_name(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = with_members(tmp_path / "b.xlsx", ("xl/workbook.xml", b"<workbook/>"))
    assert "two members xl/workbook.xml" in refusal(path).message


@pytest.mark.parametrize("name", ["../evil.xml", "xl/../../evil.xml", "/etc/evil", "c:/evil.txt"])
def test_paths_that_leave_the_archive_are_ignored(name: str, tmp_path: Path) -> None:
    path = with_members(tmp_path / "b.xlsx", (name, b"<a/>"))
    assert warnings(path) == ["a path that leaves the archive is ignored"]
    with open_archive(path) as archive:
        assert not any("evil" in member for member in archive.members)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("xl/vbaProject.bin", "macros are ignored"),
        ("xl/externalLinks/externalLink1.xml", "links to other files or data are ignored"),
        ("xl/connections.xml", "links to other files or data are ignored"),
        ("xl/embeddings/oleObject1.bin", "embedded objects are ignored"),
        ("xl/media/image1.png", "pictures are ignored"),
        ("Basic/Standard/Module1.xml", "macros are ignored"),
    ],
)
def test_what_is_ignored_is_said(name: str, said: str, tmp_path: Path) -> None:
    assert warnings(with_members(tmp_path / "b.xlsm", (name, b"content"))) == [said]


def test_a_dataset_says_it_too(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.title = "parts"
    workbook.active.append(["part_id", "name"])
    workbook.active.append(["p", "a part"])
    workbook.save(tmp_path / "b.xlsm")
    with zipfile.ZipFile(tmp_path / "b.xlsm", "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"code")
    (raw,) = read_workbook(tmp_path / "b.xlsm").values()
    assert [problem.message for problem in raw.problems] == ["macros are ignored"]
    assert raw.frame.to_dict("records") == [{"part_id": "p", "name": "a part"}]


def test_an_encrypted_member(tmp_path: Path) -> None:
    path = with_members(tmp_path / "b.xlsx")
    raw = bytearray(path.read_bytes())
    entry = raw.index(b"PK\x01\x02")
    raw[entry + 8] |= 1
    path.write_bytes(raw)
    assert "password" in refusal(path).message


def test_workbooks_that_are_no_archives(tmp_path: Path) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    path = tmp_path / "b.xlsx"
    path.write_bytes(ole + "EncryptedPackage".encode("utf-16-le"))
    assert "password" in refusal(path).message
    path.write_bytes(ole)
    assert ".xls" in refusal(path).message
    path.write_bytes(b"Name,Quantity\n")
    assert "no zip archive" in refusal(path).message
    path.write_bytes(b"PK\x03\x04" + bytes(100))
    assert "cannot be read" in refusal(path).message
    path.write_bytes(b"")
    refusal(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "nothing")
    with pytest.raises(DataError, match="no spreadsheet"):
        read_grids(path)


@pytest.mark.parametrize("cut", [100, 1500, 3000, 4500])
def test_a_workbook_cut_short(cut: int, tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    path.write_bytes(book()[:cut])
    assert "cannot be read" in refusal(path).message


def test_every_byte_may_be_wrong(tmp_path: Path) -> None:
    whole = book()
    for place in range(0, len(whole), 37):
        path = tmp_path / "b.xlsx"
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x5A]) + whole[place + 1 :])
        with contextlib.suppress(DataError):
            assert read_grids(path)


def test_deep_nesting(tmp_path: Path) -> None:
    path = replaced(tmp_path / "b.xlsx", "xl/styles.xml", b"<a>" * 100_000 + b"</a>" * 100_000)
    assert "nested too deep" in refusal(path).message


def test_too_many_elements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_ELEMENTS", 1000)
    path = replaced(tmp_path / "b.xlsx", "xl/styles.xml", b"<a>" + b"<b/>" * 1000 + b"</a>")
    assert "more than 1,000 elements" in refusal(path).message


def test_elements_are_let_go(tmp_path: Path) -> None:
    path = with_members(tmp_path / "b.xlsx", ("a.xml", b"<a><b/><b>t</b><c><d/></c></a>"))
    with open_archive(path) as archive:
        seen = [(event, tag, element.text, len(element)) for event, tag, element in xml_events(archive, "a.xml")]
        whole = [len(e) for event, tag, e in xml_events(archive, "a.xml", whole=frozenset({"c"})) if event == "end"]
    assert ("end", "b", "t", 0) in seen
    assert seen[-2:] == [("end", "c", None, 0), ("end", "a", None, 0)]
    assert whole == [0, 0, 0, 1, 0]  # b, b, d, c with its d, a
