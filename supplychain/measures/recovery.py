"""Recovery: how long a product survives the failure of a supplier, and how long the supplier needs to recover."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from supplychain.dataset import Dataset
from supplychain.errors import OptionError
from supplychain.measures.analysis import Analysis, Evidence, analyse
from supplychain.measures.coverage import planned_units
from supplychain.measures.interval import Interval
from supplychain.measures.names import part_name, supplier_name
from supplychain.measures.recovery_network import RecoveryNetwork, recovery_network
from supplychain.measures.survival import (
    SupplyNetwork,
    impact,
    performance_impact,
    risk_exposure_index,
    supply_network,
    survival,
    time_to_survive,
)
from supplychain.measures.typical import DAYS_PER_YEAR, Quantity, Typical, TypicalValue, read_assume, typical_values

__all__ = [
    "Recovery",
    "RecoveryRow",
    "SupplyNetwork",
    "buffer_of",
    "performance_impact",
    "recovery",
    "recovery_of",
    "risk_exposure_index",
    "supply_network",
    "time_to_survive",
    "typical_values",
]

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True)
class RecoveryRow:
    """What the failure of one supplier means for the product.

    Attributes
    ----------
    supplier_id, name : str
        Empty and "unknown maker of X" for the makers of a part that nobody has named.
    parts : tuple of str
        What it makes for the product.
    tts : Interval
        Time to survive, days; infinite: the line never stops.
    ttr : Interval
        Time to recover, days; the high end is infinite where one of its parts has none.
    ratio : Interval
        min(1, TTS / TTR).
    impact : Interval
        Units of the product lost until it has recovered (performance impact); NaN at both ends without planned units.
    exposure_index : Interval
        Impact in times the largest one (risk exposure index).
    at_risk : {"yes", "no", "undecided"}
        Whether TTS < TTR.
    assumed : bool
        Whether some figure of the supplier is a typical value.
    missing : tuple of str
        Columns of `offers` that are empty for it: recovery_days, stock_units.
    """

    supplier_id: str
    name: str
    parts: tuple[str, ...]
    tts: Interval
    ttr: Interval
    ratio: Interval
    impact: Interval
    exposure_index: Interval
    at_risk: str
    assumed: bool
    missing: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values; an unbounded number is None."""
        spans = ("tts", "ttr", "ratio", "impact", "exposure_index")
        found = {name: list(value) if isinstance(value, tuple) else value for name, value in self.__dict__.items()}
        return {**found, **{name: _span(getattr(self, name)) for name in spans}}


@dataclass(frozen=True)
class Recovery:
    """Times to survive and to recover of a product, supplier by supplier.

    Attributes
    ----------
    product_id : str
    depth : int or None
    units : float or None
        Units of the product per year that the plan asks for.
    rows : tuple of RecoveryRow
        The least covered supplier first.
    buffer : Interval or None
        See `buffer_of`.
    assumed : bool
        Whether typical values were used; every title of an output made from this then says "assumed".
    assumptions : tuple of TypicalValue
        The rows of the table of typical values that were used.
    notes : tuple of str
        What is missing, and how what is unbounded was found to be so.
    """

    product_id: str
    depth: int | None
    units: float | None
    rows: tuple[RecoveryRow, ...]
    buffer: Interval | None
    assumed: bool
    assumptions: tuple[TypicalValue, ...]
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """Return the fields as plain values; an unbounded number is None."""
        return {
            "product": self.product_id,
            "depth": self.depth,
            "units": self.units,
            "buffer": None if self.buffer is None else self.buffer.to_json(),
            "assumed": self.assumed,
            "suppliers": [row.to_json() for row in self.rows],
            "assumptions": [dict(row.__dict__) for row in self.assumptions],
            "notes": list(self.notes),
        }

    def frame(self) -> pd.DataFrame:
        """One row per supplier, intervals as two columns."""
        spans = ("tts", "ttr", "ratio", "impact", "exposure_index")
        records = []
        for row in self.rows:
            record: dict[str, object] = {
                "supplier_id": row.supplier_id,
                "name": row.name,
                "parts": ";".join(row.parts),
                "at_risk": row.at_risk,
                "assumed": row.assumed,
                "missing": ";".join(row.missing),
            }
            for name in spans:
                span: Interval = getattr(row, name)
                record[f"{name}_low"], record[f"{name}_high"] = span.low, span.high
            records.append(record)
        return pd.DataFrame(records)


def _span(interval: Interval) -> dict[str, float | None]:
    return {
        "low": interval.low if np.isfinite(interval.low) else None,
        "high": interval.high if np.isfinite(interval.high) else None,
    }


def recovery(
    dataset: Dataset,
    product: str | None = None,
    *,
    depth: int | None = None,
    evidence: Evidence = "all",
    units: float | None = None,
    assume: str | None = None,
) -> Recovery:
    """Times to survive, times to recover and performance impact of every supplier of a product.

    It answers: if this supplier fails, how long can the product still be made from stocks and from others, is that
    longer than the supplier needs to recover, and how many units are lost if not?

    Parameters
    ----------
    dataset : Dataset
        Read from offers: stock_units, capacity_per_year and recovery_days; from demand: units.
    product : str, optional
        May be left out where the dataset has one product.
    depth : int, optional
        Sources deeper than this are always available; default: all count.
    evidence : {"all", "documented"}
        `documented`: a source that is no documented choice is an unknown maker.
    units : float, optional
        Units of the product per year; default: the largest volume of the demand table.
    assume : {"typical"}, optional
        Fill missing stocks and times to recover with the published ranges of `typical_values`.

    Returns
    -------
    Recovery
        Days; shares and ratios 0 to 1.

    Raises
    ------
    OptionError
        If the product does not exist or an option is out of range.

    Notes
    -----
    The linear programs of `time_to_survive` and `performance_impact` on the product's essential lines. A time to
    survive grows with stocks and capacities and falls with demand, and an impact grows with the time to recover. So the
    low end of TTS takes an empty stock for an unknown one, only today's draw for an unknown capacity, and every
    option of an unknown choice as needed; the high end takes them as unlimited, and any option as good. Nobody makes
    less than is drawn from it today: the measure is about failures, not about a plan beyond the known capacity.

    Examples
    --------
    >>> ds = Dataset.from_tables(
    ...     {
    ...         "parts": [{"part_id": "drone", "kind": "product"}, {"part_id": "motor"}],
    ...         "bom": [{"parent_id": "drone", "child_id": "motor", "quantity": 4, "supplier_id": "m"}],
    ...         "offers": [
    ...             {"part_id": "motor", "supplier_id": "m", "stock_units": 400, "recovery_days": 60},
    ...             {"part_id": "drone", "supplier_id": "d", "share": 1, "stock_units": 0, "recovery_days": 5},
    ...         ],
    ...         "suppliers": [{"supplier_id": "d"}, {"supplier_id": "m"}],
    ...     }
    ... )
    >>> found = recovery(ds, units=3650)
    >>> [(row.supplier_id, round(row.tts.low, 6), row.ttr.low, row.at_risk) for row in found.rows]
    [('d', 0.0, 5.0, 'yes'), ('m', 10.0, 60.0, 'yes')]
    >>> round(found.buffer.low, 6)  # the assembler stands outside the buffer
    0.166667
    """
    analysis = analyse(dataset, product, depth=depth, evidence=evidence)
    return recovery_of(analysis, units=units, assume=assume)


def recovery_of(analysis: Analysis, *, units: float | None = None, assume: str | None = None) -> Recovery:
    """`recovery` of a product that is already analysed; its lens does not matter, its depth and evidence hold."""
    wanted = _units(analysis, units)
    typical = read_assume(assume)
    network = recovery_network(analysis, units=wanted, typical=typical)
    failures = _failures(network, assembly=True)
    survives = [_survives(network, failure) for failure in failures]
    impacts = [_impact(network, failure, tts, wanted) for failure, tts in zip(failures, survives, strict=True)]
    indices = _indices(impacts)
    rows = [
        _row(network, failure, *figures) for failure, *figures in zip(failures, survives, impacts, indices, strict=True)
    ]
    used = _assumptions(network, typical)
    return Recovery(
        product_id=analysis.product_id,
        depth=analysis.depth,
        units=wanted,
        rows=tuple(sorted(rows, key=lambda row: (row.ratio.low, row.ratio.high, row.supplier_id, row.name))),
        buffer=buffer_of(analysis, units=units, assume=assume),
        assumed=bool((network.assumed & network.used).any()),
        assumptions=used,
        notes=_notes(network, wanted),
    )


def _row(network: RecoveryNetwork, failure: _Failure, tts: Interval, lost: Interval, index: Interval) -> RecoveryRow:
    compiled = network.analysis.compiled
    codes = compiled.options.part[failure.low] if failure.part < 0 else [failure.part]
    parts = sorted({str(compiled.part_ids[code]) for code in codes})
    if failure.supplier >= 0:
        supplier = str(compiled.supplier_ids[failure.supplier])
        name = supplier_name(compiled.dataset, supplier)
    else:
        supplier, name = "", f"unknown maker of {part_name(compiled.dataset, parts[0])}"
    missing = [
        column
        for column, known in (("recovery_days", network.ttr_known), ("stock_units", network.stock_known))
        if len(failure.beyond) or not known[failure.low].all()
    ]
    at_risk = "no" if tts.low >= failure.ttr.high else "yes" if tts.high < failure.ttr.low else "undecided"
    return RecoveryRow(
        supplier_id=supplier,
        name=name,
        parts=tuple(parts),
        tts=tts,
        ttr=failure.ttr,
        ratio=Interval(_ratio(tts.low, failure.ttr.high), _ratio(tts.high, failure.ttr.low)),
        impact=lost,
        exposure_index=index,
        at_risk=at_risk,
        assumed=bool(network.assumed[:, failure.low].any()),
        missing=tuple(missing),
    )


def _impact(network: RecoveryNetwork, failure: _Failure, tts: Interval, units: float | None) -> Interval:
    """Units lost until the supplier has recovered."""
    if units is None:
        return Interval(np.nan, np.nan)
    per_day = units / DAYS_PER_YEAR
    low = (
        0.0 if tts.high >= failure.ttr.low else impact(network.high, _codes(network, failure.high, 1), failure.ttr.low)
    )
    high = 0.0 if tts.low >= failure.ttr.high else impact(network.low, _stopped(network, failure), failure.ttr.high)
    return Interval(min(low, high) * per_day, high * per_day)


def _indices(impacts: list[Interval]) -> list[Interval]:
    """Risk exposure index of each: its own impact at one end, all others at the other."""
    low = {str(place): span.low for place, span in enumerate(impacts)}
    high = {str(place): span.high for place, span in enumerate(impacts)}
    if any(np.isnan(span.high) for span in impacts):
        return [Interval(np.nan, np.nan)] * len(impacts)
    return [
        Interval(
            risk_exposure_index({**high, place: low[place]})[place],
            risk_exposure_index({**low, place: high[place]})[place],
        )
        for place in low
    ]


def _assumptions(network: RecoveryNetwork, typical: Typical | None) -> tuple[TypicalValue, ...]:
    if typical is None:
        return ()
    compiled = network.analysis.compiled
    found: list[TypicalValue | None] = []
    quantities: tuple[Quantity, ...] = ("stock_days", "recovery_days")
    for quantity, assumed in zip(quantities, network.assumed, strict=True):
        parts = np.unique(compiled.options.part[assumed & network.used])
        table = compiled.dataset.parts.iloc[compiled.part_row[parts]]
        pairs = table[["category", "subcategory"]].fillna("").astype(str).drop_duplicates()
        found += [typical.value_of(pair[0], pair[1], quantity) for pair in pairs.itertuples(index=False, name=None)]
    return tuple(row for row in typical.rows if row in found)


def _notes(network: RecoveryNetwork, units: float | None) -> tuple[str, ...]:
    """What is missing, with the parts and columns that would have to be filled."""
    compiled = network.analysis.compiled
    options = compiled.options
    notes = []
    named = network.used & (options.supplier >= 0) & (options.offer >= 0)
    for column, known, without in (
        ("recovery_days", network.ttr_known, "they count as 0 to unlimited days"),
        ("stock_units", network.stock_known, "they count as empty to unlimited"),
    ):
        parts = np.unique(options.part[named & ~known])
        if len(parts):
            ids = [str(compiled.part_ids[code]) for code in parts]
            notes.append(f"offers, column {column}: empty for makers of {_listed(ids)}; {without}")
    unknown = np.union1d(options.part[network.unknown], np.array(list(network.undocumented), dtype=np.int64))
    if len(unknown):
        ids = [str(compiled.part_ids[code]) for code in unknown]
        notes.append(
            f"nobody is named as maker of all or some of {_listed(ids)}: one unknown maker each, which may fail"
        )
    if units is None:
        notes.append(
            f"no planned volume of {network.analysis.product_id} (table demand, column units, or --units): "
            "stocks and capacities in units cannot be compared with a need, and no units lost can be given"
        )
    return tuple(notes)


def _listed(ids: list[str], most: int = 8) -> str:
    rest = len(ids) - most
    return ", ".join(ids[:most]) + (f" and {rest} more parts" if rest > 0 else "")


@dataclass(frozen=True)
class _Failure:
    """One supplier, or the unknown makers of one part: the options that stop at each end.

    `beyond` are nodes that stop at the low end besides: the unknown maker behind steps that are not documented.
    """

    supplier: int
    part: int
    low: Int
    high: Int
    ttr: Interval
    beyond: Int


def _failures(network: RecoveryNetwork, *, assembly: bool) -> list[_Failure]:
    """Whoever can fail: every named supplier in scope, and per part its unknown makers taken as one."""
    analysis, options = network.analysis, network.analysis.compiled.options
    inside = network.used & ((options.supplier >= 0) | network.unknown)
    if not assembly:
        inside &= ~analysis.product_options
    places = np.flatnonzero(inside)
    key = np.where(options.supplier[places] >= 0, options.supplier[places], -1 - options.part[places])
    found = []
    beyond = {-1 - part: node for part, node in network.undocumented.items()}
    groups = {int(str(group)): rows.to_numpy() for group, rows in pd.Series(places).groupby(key)}
    for group in sorted({*groups, *beyond}):
        nodes = groups.get(group, np.zeros(0, dtype=np.int64))
        sure = nodes[network.certain[nodes]]
        # The supplier is back when the last of its parts is; a part that it may not make at all adds nothing at the
        # short end.
        shortest = float(network.ttr[0, sure].max(initial=0.0))
        longest = np.inf if group in beyond else float(network.ttr[1, nodes].max(initial=0.0))
        supplier, part = (group, -1) if group >= 0 else (-1, -1 - group)
        more = np.array([beyond[group]] if group in beyond else [], dtype=np.int64)
        found.append(_Failure(supplier, part, nodes, sure, Interval(shortest, longest), more))
    return found


def _survives(network: RecoveryNetwork, failure: _Failure) -> Interval:
    low = survival(network.low, _stopped(network, failure))
    if np.isinf(low) or not len(failure.high):
        return Interval(low, np.inf)
    high = survival(network.high, _codes(network, failure.high, 1))
    return Interval(low, max(low, high))


def _stopped(network: RecoveryNetwork, failure: _Failure) -> Int:
    """What stops at the low end."""
    return _codes(network, np.concatenate([failure.low, failure.beyond]), 0)


def _codes(network: RecoveryNetwork, options: Int, end: int) -> Int:
    code = network.code[end, options]
    used: Int = code[code >= 0]
    return used


def _ratio(survives: float, recovers: float) -> float:
    """min(1, TTS / TTR): 1 where nothing stops or the repair takes no time."""
    if survives >= recovers:
        return 1.0
    return 0.0 if np.isinf(recovers) else survives / recovers


def buffer_of(analysis: Analysis, *, units: float | None = None, assume: str | None = None) -> Interval | None:
    """Smallest min(1, TTS / TTR) over the suppliers of a product: whether its stocks outlast every repair.

    Parameters
    ----------
    analysis : Analysis
        Its depth and evidence hold; its lens does not matter.
    units : float, optional
        Units of the product per year; default: the largest volume of the demand table.
    assume : {"typical"}, optional
        Fill missing stocks and times to recover with the published ranges of `typical_values`.

    Returns
    -------
    Interval or None
        0 (no stock outlasts a repair) to 1; None where no stock or no time to recover is known, or where what is
        unknown alone lets it be anything from 0 to 1.

    Raises
    ------
    OptionError
        If an option is out of range.
    """
    network = recovery_network(analysis, units=_units(analysis, units), typical=read_assume(assume))
    scope = network.used & ~analysis.product_options
    if not (scope & network.stock_known).any() or not (scope & network.ttr_known).any():
        return None
    failures = _failures(network, assembly=False)
    low, high = 1.0, 1.0
    # Whoever may need for ever to recover goes first: one of them that stops the line settles the low end.
    for failure in sorted(failures, key=lambda item: -item.ttr.high):
        if low == 0.0:
            break
        if failure.ttr.high > 0:
            longest = failure.ttr.high
            low = min(low, _ratio(survival(network.low, _stopped(network, failure), longest=longest), longest))
    for failure in failures:
        if failure.ttr.low > 0 and len(failure.high):
            longest = failure.ttr.low
            stopped = _codes(network, failure.high, 1)
            high = min(high, _ratio(survival(network.high, stopped, longest=longest), longest))
    return Interval(min(low, high), high) if low > 0.0 or high < 1.0 else None


def _units(analysis: Analysis, units: float | None) -> float | None:
    if units is not None:
        if not (units > 0 and np.isfinite(units)):
            raise OptionError(f"units {units:g}: give a number above 0")
        return float(units)
    planned = planned_units(analysis.compiled.dataset, analysis.product_id)
    return planned[0] if planned else None
