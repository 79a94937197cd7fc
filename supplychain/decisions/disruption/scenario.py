"""Scenarios: what fails, when, for how long, and how much is left; read from TOML files."""

from __future__ import annotations

import datetime as dt
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from supplychain.countries import to_alpha3
from supplychain.dataset import Dataset
from supplychain.errors import DataError, OptionError, Problem

__all__ = [
    "KINDS",
    "Event",
    "Scenario",
    "Source",
    "embargo_scenario",
    "find_scenario",
    "read_scenario",
    "scenario_names",
]

KINDS = ("supplier", "country", "part")
_KEYS = frozenset({"kind", "id", "parts", "week", "duration_days", "left", "note", "source_ids"})
_SOURCE = ("title", "publisher", "date", "url")
_TOP = frozenset({"name", "title", "about", "start", "sources", "events"})


@dataclass(frozen=True)
class Event:
    """One failure.

    Attributes
    ----------
    kind : {"supplier", "country", "part", "lens"}
        `lens` is every country of concern.
    id : str
    week : float
        Week in which it begins, from 1.
    duration_days : tuple of float or None
        Lowest and highest; None is not known, and counts as lasting to the end of the weeks looked at.
    left : tuple of float
        Lowest and highest share of the makers' output that is left meanwhile, 0 to 1.
    parts : tuple of str
        Only these parts; empty is all.
    note : str
    source_ids : tuple of str
        Sources of the dataset.
    """

    kind: str
    id: str
    week: float = 1.0
    duration_days: tuple[float, float] | None = None
    left: tuple[float, float] = (0.0, 0.0)
    parts: tuple[str, ...] = ()
    note: str = ""
    source_ids: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        duration = self.duration_days
        return {
            "kind": self.kind,
            "id": self.id,
            "parts": list(self.parts),
            "week": self.week,
            "duration_days": None if duration is None else {"low": duration[0], "high": duration[1]},
            "left": {"low": self.left[0], "high": self.left[1]},
            "note": self.note,
            "source_ids": list(self.source_ids),
        }


@dataclass(frozen=True)
class Source:
    """What a scenario stands on."""

    title: str
    publisher: str = ""
    date: str = ""
    url: str = ""

    def to_json(self) -> dict[str, str]:
        """Return the fields as plain values."""
        return dict(self.__dict__)


@dataclass(frozen=True)
class Scenario:
    """Failures that happen together.

    Attributes
    ----------
    name, title, about : str
    start : str
        Day that week 1 stands for, where it is history.
    events : tuple of Event
    sources : tuple of Source
    """

    name: str
    events: tuple[Event, ...]
    title: str = ""
    about: str = ""
    start: str = ""
    sources: tuple[Source, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values."""
        return {
            "name": self.name,
            "title": self.title or self.name,
            "about": self.about,
            "start": self.start,
            "events": [event.to_json() for event in self.events],
            "sources": [source.to_json() for source in self.sources],
        }


def embargo_scenario() -> Scenario:
    """Everything made in the countries of concern stops from week 1 and does not come back."""
    return Scenario(
        name="embargo",
        title="The countries of concern stop shipping",
        about="Everything made there stops in week 1 and does not come back.",
        events=(Event("lens", ""),),
    )


def scenario_names(dataset: Dataset) -> tuple[str, ...]:
    """Names of the scenarios that lie in the folder `scenarios` of a dataset, sorted."""
    folder = _folder(dataset)
    return () if folder is None else tuple(sorted(file.stem for file in folder.glob("*.toml")))


def _folder(dataset: Dataset) -> Path | None:
    if dataset.path is None:
        return None
    folder = dataset.path / "scenarios"
    return folder if folder.is_dir() else None


def find_scenario(dataset: Dataset, name: str | Path) -> Scenario:
    """Read a scenario of the dataset by its name, or a file.

    Raises
    ------
    OptionError
        If there is none; the message lists those there are.
    DataError
        If the file has errors; all of them are named.
    """
    text = str(name)
    if text == "embargo":
        return embargo_scenario()
    folder = _folder(dataset)
    if folder is not None and text in scenario_names(dataset):
        return read_scenario(folder / f"{text}.toml", dataset)
    path = Path(text)
    if path.is_file():
        return read_scenario(path, dataset)
    known = ", ".join(("embargo", *scenario_names(dataset)))
    raise OptionError(f"scenario {text!r}: no such file, and dataset {dataset.name} has only {known}")


def read_scenario(path: Path, dataset: Dataset) -> Scenario:
    """Read a scenario file and check it against a dataset.

    Raises
    ------
    OptionError
        If the file cannot be read.
    DataError
        If it has errors; all of them are named.
    """
    try:
        raw = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise OptionError(f"{path}: the file cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:  # also a number of thousands of digits, and brackets as deep
        raise OptionError(f"{path}: this is no TOML file: {error}") from error
    reader = _Reader(path.name, dataset)
    scenario = reader.scenario(raw, path.stem)
    if reader.problems:
        raise DataError(reader.problems)
    return scenario


class _Reader:
    """Turns plain values into a scenario and collects all that is wrong."""

    def __init__(self, file: str, dataset: Dataset) -> None:
        self.file, self.problems = file, list[Problem]()
        self.known = {
            "supplier": set(dataset.suppliers["supplier_id"]),
            "part": set(dataset.parts["part_id"]),
        }

    def wrong(self, place: str, value: object, message: str, hint: str = "") -> None:
        self.problems.append(Problem("error", self.file, None, place, str(value)[:80], message, hint))

    def scenario(self, raw: Mapping[str, Any], stem: str) -> Scenario:
        for key in sorted(set(raw) - _TOP):
            self.wrong(key, raw[key], f"there is no key {key!r}", f"keys are {', '.join(sorted(_TOP))}")
        events = raw.get("events", [])
        if not isinstance(events, list) or not events:
            self.wrong("events", events, "a scenario needs at least one event", "a block [[events]]")
            events = []
        sources = raw.get("sources", [])
        if not isinstance(sources, list) or not all(isinstance(source, dict) for source in sources):
            self.wrong("sources", sources, "this is no list of sources", "blocks [[sources]] with title and url")
            sources = []
        texts = {key: self._text(key, raw.get(key, "")) for key in ("name", "title", "about", "start")}
        return Scenario(
            name=texts["name"] or stem,
            title=texts["title"],
            about=texts["about"],
            start=texts["start"],
            events=tuple(self._event(f"events[{place}]", event) for place, event in enumerate(events, start=1)),
            sources=tuple(self._source(f"sources[{place}]", source) for place, source in enumerate(sources, start=1)),
        )

    def _source(self, place: str, raw: Mapping[str, Any]) -> Source:
        for key in sorted(set(raw) - set(_SOURCE)):
            self.wrong(f"{place}.{key}", raw[key], f"there is no key {key!r}", f"keys are {', '.join(_SOURCE)}")
        return Source(**{key: self._text(f"{place}.{key}", raw.get(key, "")) for key in _SOURCE})

    def _text(self, place: str, value: object) -> str:
        if isinstance(value, dt.date):
            return value.isoformat()
        if not isinstance(value, str):
            self.wrong(place, value, "this is no text")
            return ""
        return value

    def _texts(self, place: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            self.wrong(place, value, "this is no list of texts", 'as ["first", "second"]')
            return ()
        return tuple(value)

    def _event(self, place: str, raw: object) -> Event:
        if not isinstance(raw, dict):
            self.wrong(place, raw, "this is no event", "a block [[events]]")
            return Event("lens", "")
        for key in sorted(set(raw) - _KEYS):
            self.wrong(f"{place}.{key}", raw[key], f"there is no key {key!r}", f"keys are {', '.join(sorted(_KEYS))}")
        kind, name = raw.get("kind", ""), raw.get("id", "")
        if kind not in (*KINDS, "lens"):
            self.wrong(f"{place}.kind", kind, f"{kind!r} is no kind of event", f"one of {', '.join(KINDS)}, lens")
        elif kind != "lens":
            name = self.identity(f"{place}.id", str(kind), str(name))
        parts = self._texts(f"{place}.parts", raw.get("parts", []))
        for part in parts:
            if part not in self.known["part"]:
                self.wrong(f"{place}.parts", part, f"part {part!r} is not in the dataset")
        return Event(
            kind=str(kind),
            id=str(name),
            week=self._range(f"{place}.week", raw.get("week", 1), least=1.0)[0],
            duration_days=self._range(f"{place}.duration_days", raw["duration_days"], least=0.0)
            if "duration_days" in raw
            else None,
            left=self._range(f"{place}.left", raw.get("left", 0.0), least=0.0, most=1.0),
            parts=parts,
            note=self._text(f"{place}.note", raw.get("note", "")),
            source_ids=self._texts(f"{place}.source_ids", raw.get("source_ids", [])),
        )

    def identity(self, place: str, kind: str, name: str) -> str:
        """Id of what fails, checked against the dataset; a country as its code."""
        if kind == "country":
            code = to_alpha3(name)
            if code is None:
                self.wrong(place, name, f"{name!r} is no country that we know", "a code as CHN, or a name")
            return code or name
        if name not in self.known[kind]:
            self.wrong(place, name, f"{kind} {name!r} is not in the dataset")
        return name

    def _range(self, place: str, value: object, *, least: float, most: float = float("inf")) -> tuple[float, float]:
        given = value if isinstance(value, list) else [value, value]
        ends = [end for end in given if isinstance(end, int | float) and not isinstance(end, bool)]
        highest = min(most, sys.float_info.max)  # a whole number of any size can stand in a file
        if not (len(ends) == len(given) == 2 and least <= ends[0] <= ends[1] <= highest):
            limits = f"from {least:g}" + ("" if most == float("inf") else f" to {most:g}")
            self.wrong(place, value, "this is out of range", f"a number {limits}, or [lowest, highest]")
            return least, least
        return float(ends[0]), float(ends[1])
