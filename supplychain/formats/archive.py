"""Archives (.xlsx, .ods) from anywhere: checked before anything in them is unpacked.

A workbook is a zip archive of XML files, and every part of that can be made to hurt: a few kilobytes that unpack to
terabytes, entities that double with every line, archives in archives. What is refused here is never opened.
"""

from __future__ import annotations

import mmap
import re
import struct
import xml.etree.ElementTree as ET
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO, NoReturn
from xml.parsers import expat

from supplychain.errors import DataError, Problem

__all__ = ["Archive", "open_archive", "open_member", "refuse", "xml_events"]

_MEGABYTE = 1 << 20
MOST_MEMBERS = 10_000
MOST_BYTES = 512 * _MEGABYTE
"""Of all members together, unpacked; an archive itself may be no larger either."""
MOST_BYTES_OF_ONE = 256 * _MEGABYTE
MOST_RATIO = 150
"""Unpacked to packed size; honest sheets reach 50, made-up bombs 1000."""
MOST_ELEMENTS = 20_000_000
"""Of one XML member."""
_SMALL = 8 * _MEGABYTE  # below this a ratio harms nobody
_LONGEST_PROLOG = _MEGABYTE  # what may stand before the first element of an XML file
_DEEPEST = 200
_MOST_ELEMENTS_WHOLE = 100_000

_ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"BZh", b"\xfd7zXZ\x00")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TEXT_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    EOFError,
    RuntimeError,  # also what zipfile raises for a compression that it does not know
    ValueError,
    OSError,
)
_EMBEDDED = re.compile(r"(xl/(embeddings|activex|ctrlprops)/|object ?\d|objectreplacements/)")

_IGNORED = (
    (re.compile(r"(.*vbaproject\.bin$|xl/macrosheets/|basic/|scripts/)"), "macros"),
    (re.compile(r"xl/(externallinks/|connections\.xml$|querytables/)"), "links to other files or data"),
    (_EMBEDDED, "embedded objects"),
    (re.compile(r"(xl/media/|pictures/|media/)"), "pictures"),
)


@dataclass(frozen=True)
class Archive:
    """An open archive that has been checked.

    Attributes
    ----------
    file : str
        Name of the file, for messages.
    archive : zipfile.ZipFile
    members : mapping of str to zipfile.ZipInfo
        By name in lower case with forward slashes; folders and unsafe paths are left out.
    problems : tuple of Problem
        What is ignored, such as macros (warnings).
    """

    file: str
    archive: zipfile.ZipFile
    members: Mapping[str, zipfile.ZipInfo]
    problems: tuple[Problem, ...] = ()


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Open an archive for reading, once it is known to be harmless.

    Parameters
    ----------
    path : pathlib.Path

    Raises
    ------
    DataError
        If the file is no archive, is broken or protected by a password, or would unpack to more than a spreadsheet
        ever needs.
    """
    file = path.name
    _check_outside(path, file)
    try:
        archive = zipfile.ZipFile(path)
    except _BROKEN as error:
        _broken(file, error)
    with archive:
        members, unsafe = _members(archive, file)
        _check_sizes(members, file)
        try:
            for name, member in members.items():
                _check_content(archive, name, member, file)
        except _BROKEN as error:
            _broken(file, error)
        yield Archive(file, archive, MappingProxyType(members), (*unsafe, *_ignored(members, file)))


@contextmanager
def open_member(archive: Archive, name: str) -> Iterator[IO[bytes]]:
    """Open one member; whatever is wrong with it while it is read is a `DataError`.

    Never more than the declared (and checked) size is read: the zip module stops there, and the checksum then tells
    the lie.
    """
    member = archive.members.get(_plain(name))
    if member is None:
        refuse(archive.file, f"the part {name} is missing", "save the workbook again in a spreadsheet program")
    try:
        with archive.archive.open(member) as stream:
            yield stream
    except _BROKEN as error:
        _broken(archive.file, error)


def xml_events(
    archive: Archive, name: str, *, whole: frozenset[str] = frozenset()
) -> Iterator[tuple[str, str, ET.Element]]:
    """Walk through an XML member without ever holding much of it.

    Parameters
    ----------
    archive : Archive
    name : str
        Of the member.
    whole : frozenset of str
        Local names of elements whose inside is still there at their end; of all others only text and attributes of
        the element itself.

    Yields
    ------
    event : {"start", "end"}
    tag : str
        Local name of the element, without namespace.
    element : xml.etree.ElementTree.Element
        Attributes are to be read at the start, text at the end.
    """
    local: dict[str, str] = {}
    stack: list[ET.Element] = []
    kept = 0  # how many elements that are kept whole are open
    inside = 0
    number = 0
    with open_member(archive, name) as stream:
        events = ET.iterparse(stream, ("start", "end"))  # noqa: S314 - entities are refused by _check_content
        try:
            for event, element in events:
                tag = local.get(element.tag) or local.setdefault(element.tag, element.tag.rpartition("}")[2])
                if event == "start":
                    stack.append(element)
                    number += 1
                    kept, inside = kept + (tag in whole), inside + 1
                    if len(stack) > _DEEPEST or (kept and inside > _MOST_ELEMENTS_WHOLE):
                        refuse(archive.file, f"the part {name} is nested too deep", "keep plain cells only")
                    if number > MOST_ELEMENTS:
                        refuse(archive.file, f"the part {name} has more than {MOST_ELEMENTS:,} elements", "split it")
                    yield event, tag, element
                    continue
                yield event, tag, element
                stack.pop()
                kept -= tag in whole
                if not kept:
                    inside = 0
                    if stack:
                        stack[-1].clear()  # else the tree of the whole file grows behind our back
        except (ET.ParseError, LookupError) as error:
            refuse(archive.file, f"the part {name} is no XML: {error}", "save the workbook again")


def refuse(file: str, message: str, hint: str = "") -> NoReturn:
    """Raise a `DataError` with one problem that concerns a whole file."""
    raise DataError([Problem("error", file, None, "", "", message, hint)])


def _broken(file: str, error: Exception) -> NoReturn:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    raise DataError(
        [Problem("error", file, None, "", "", f"the workbook cannot be read: {reason}", "an .xlsx or .ods file")]
    ) from error


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def _check_outside(path: Path, file: str) -> None:
    """Look at the file without trusting anything that it says about itself."""
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            refuse(file, f"the file has {size // _MEGABYTE} MB", f"at most {MOST_BYTES // _MEGABYTE} MB are read")
        with path.open("rb") as handle:
            head = handle.read(8)
            if head == _OLE:
                # Office wraps an encrypted workbook in the container of the old formats.
                if _holds(handle, "EncryptedPackage".encode("utf-16-le")):
                    refuse(file, "the workbook is protected by a password", "save it without one")
                refuse(file, "this is a workbook of the old .xls kind", "save it as .xlsx in a spreadsheet program")
            if head[:2] != b"PK":
                refuse(file, "the workbook cannot be read: it is no zip archive", "an .xlsx or .ods file")
            # Counted here, as the list of members is read before one can ask how many they are.
            if _members_at_least(handle, MOST_MEMBERS):
                refuse(file, f"the archive has more than {MOST_MEMBERS:,} members", "this is no usual workbook")
    except OSError as error:
        _broken(file, error)


def _holds(handle: IO[bytes], needle: bytes) -> bool:
    with mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(needle) >= 0


def _members_at_least(handle: IO[bytes], number: int) -> bool:
    """Whether the file has more entries of a central directory than a number."""
    with mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as content:
        place = -1
        for _ in range(number + 1):
            place = content.find(b"PK\x01\x02", place + 1)
            if place < 0:
                return False
    return True


def _members(archive: zipfile.ZipFile, file: str) -> tuple[dict[str, zipfile.ZipInfo], list[Problem]]:
    members: dict[str, zipfile.ZipInfo] = {}
    problems = []
    for member in archive.infolist():
        name = _plain(member.filename)
        if member.filename.startswith(("/", "\\")) or ":" in name or ".." in name.split("/"):
            problems.append(
                Problem("warning", file, None, "", member.filename[:100], "a path that leaves the archive is ignored")
            )
        elif not name.endswith("/"):
            if name in members:
                refuse(file, f"the archive has two members {name[:100]}", "save the workbook again")
            members[name] = member
    return members, problems


def _check_sizes(members: Mapping[str, zipfile.ZipInfo], file: str) -> None:
    total = 0
    for name, member in members.items():
        total += member.file_size
        if member.flag_bits & 0x1:
            refuse(file, "the workbook is protected by a password", "save it without one")
        if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            # The zip module bounds only what it inflates itself.
            refuse(file, f"{name[:100]} is packed in an unusual way", "save the workbook again")
        if member.file_size > MOST_BYTES_OF_ONE:
            size = f"{member.file_size // _MEGABYTE:,} MB"
            refuse(file, f"{name[:100]} unpacks to {size}", f"at most {MOST_BYTES_OF_ONE // _MEGABYTE} MB are read")
        if member.file_size > _SMALL and member.file_size > MOST_RATIO * max(member.compress_size, 1):
            ratio = member.file_size // max(member.compress_size, 1)
            refuse(file, f"{name[:100]} unpacks to {ratio:,} times its size", "this is no usual workbook")
    if total > MOST_BYTES:
        size = f"{total // _MEGABYTE:,} MB"
        refuse(file, f"the workbook unpacks to {size}", f"at most {MOST_BYTES // _MEGABYTE} MB are read")


class _DoctypeError(Exception):
    """Raised inside the XML parser at a document type or an entity."""


class _RootFoundError(Exception):
    """Raised inside the XML parser at the first element: no document type can follow."""


def _check_content(archive: zipfile.ZipFile, name: str, member: zipfile.ZipInfo, file: str) -> None:
    """Look at the first bytes of a member, which tell an archive or an XML file whatever its name says."""
    if not member.file_size:
        return
    with archive.open(member) as stream:
        head = stream.read(1024)
        if head.startswith(_ARCHIVES):
            if _EMBEDDED.match(name):
                return  # never opened
            refuse(file, f"there is an archive in the archive: {name[:100]}", "keep the tables only")
        if name == "meta-inf/manifest.xml":
            manifest = head + stream.read(_LONGEST_PROLOG)
            if b"encryption-data" in manifest:
                refuse(file, "the workbook is protected by a password", "save it without one")
            stream.seek(len(head))
        if not head.lstrip().startswith((b"<", *_TEXT_MARKS)) and b"<\x00" not in head and b"\x00<" not in head:
            return
        if _has_doctype(head, stream, file, name):
            refuse(file, f"{name[:100]} defines entities of its own (DOCTYPE)", "save the workbook again")


def _has_doctype(head: bytes, stream: IO[bytes], file: str, name: str) -> bool:
    def doctype(*_: object) -> None:
        raise _DoctypeError

    def root(*_: object) -> None:
        raise _RootFoundError

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = doctype
    parser.StartElementHandler = root
    read = 0
    chunk = head
    try:
        while chunk:
            parser.Parse(chunk, False)
            read += len(chunk)
            if read > _LONGEST_PROLOG:
                refuse(file, f"{name[:100]} begins with {read:,} bytes before its first element", "save it again")
            chunk = stream.read(1 << 16)
    except _DoctypeError:
        return True
    except (_RootFoundError, expat.ExpatError, LookupError, ValueError):
        return False  # what is no XML is said when it is needed
    return False


def _ignored(members: Mapping[str, zipfile.ZipInfo], file: str) -> list[Problem]:
    problems = []
    for pattern, kind in _IGNORED:
        found = [member.filename for name, member in members.items() if pattern.match(name)]
        if found:
            problems.append(Problem("warning", file, None, "", found[0][:100], f"{kind} are ignored"))
    return problems
