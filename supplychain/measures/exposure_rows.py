"""What `supplychain.measures.exposure` answers with, and how that reads as JSON."""

from __future__ import annotations

from dataclasses import dataclass

from supplychain.measures.coverage import Coverage
from supplychain.measures.interval import Interval
from supplychain.measures.tightest import TightestStage

__all__ = ["DepthContact", "Documented", "Exposure", "LineProfile"]


@dataclass(frozen=True)
class DepthContact:
    """Chance that a unit touches the lens at this depth or above; depth 0 is the place of assembly alone."""

    depth: int
    stage: str
    contact: Interval


@dataclass(frozen=True)
class LineProfile:
    """First-tier lines counted by verdict on contact through `depth` (None is all), and the cost share in contact."""

    depth: int | None
    exposed: int
    unknown: int
    clear: int
    cost_in_contact: Interval | None


@dataclass(frozen=True)
class Documented:
    """The figures on documented evidence alone."""

    value: Interval | None
    contact: Interval
    loss_reallocate: Interval
    loss_proportional: Interval


@dataclass(frozen=True)
class Exposure:
    """Exposure of a product; intervals are shares from 0 to 1, None is not known.

    Attributes
    ----------
    face_value : Interval or None
        Cost of first-tier lines from sources of concern / cost of the product.
    value : Interval or None
        Value added in the lens at any tier / cost of the product.
    hidden : Interval or None
        Lens value inside first-tier lines whose own source is outside the lens / cost of the product.
    contact : Interval
        Chance that a unit contains an input from the lens, independent purchases.
    contact_bounds : Interval
        Frechet bounds of the same: lower bound of the low end, upper bound of the high end.
    contact_by_depth : tuple of DepthContact
    clean_depth, clean_depth_proven : int
        Deepest level through which nothing is found, and through which nothing is possible.
    line_profile : tuple of LineProfile
        At depth 1, 2, 3 and all.
    opened_value : float or None
        Share of the first-tier cost that priced or shared inputs lead further.
    loss_reallocate, loss_proportional : Interval
        Output lost when the lens stops shipping: surviving inputs go to surviving makers first; every maker loses in
        proportion.
    tightest_stage : TightestStage or None
    coverage : tuple of Coverage
    units : float or None
        Yearly volume behind the coverage.
    documented : Documented
    cost : Interval or None
        First-tier cost in USD.
    notes : tuple of str
    """

    face_value: Interval | None
    value: Interval | None
    hidden: Interval | None
    contact: Interval
    contact_bounds: Interval
    contact_by_depth: tuple[DepthContact, ...]
    clean_depth: int
    clean_depth_proven: int
    line_profile: tuple[LineProfile, ...]
    opened_value: float | None
    loss_reallocate: Interval
    loss_proportional: Interval
    tightest_stage: TightestStage | None
    coverage: tuple[Coverage, ...]
    units: float | None
    documented: Documented
    cost: Interval | None
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """Return the `exposure` object of the JSON contract."""
        return {
            "face_value": _json(self.face_value),
            "value": _json(self.value),
            "hidden": _json(self.hidden),
            "contact": self.contact.to_json(),
            "contact_bounds": self.contact_bounds.to_json(),
            "contact_by_depth": [
                {"depth": row.depth, "stage": row.stage, **row.contact.to_json()} for row in self.contact_by_depth
            ],
            "clean_depth": self.clean_depth,
            "clean_depth_proven": self.clean_depth_proven,
            "line_profile": [
                {
                    "depth": "all" if row.depth is None else row.depth,
                    "exposed": row.exposed,
                    "unknown": row.unknown,
                    "clear": row.clear,
                    "cost_in_contact": _json(row.cost_in_contact),
                }
                for row in self.line_profile
            ],
            "opened_value": self.opened_value,
            "embargo_loss": {
                "reallocate": self.loss_reallocate.to_json(),
                "proportional": self.loss_proportional.to_json(),
                "tightest_stage": self.tightest_stage.to_json() if self.tightest_stage else None,
            },
            "coverage": [row.to_json() for row in self.coverage],
            "units": self.units,
            "documented": {
                "value": _json(self.documented.value),
                "contact": self.documented.contact.to_json(),
                "embargo_loss": {
                    "reallocate": self.documented.loss_reallocate.to_json(),
                    "proportional": self.documented.loss_proportional.to_json(),
                },
            },
            "cost": None if self.cost is None else self.cost.low,
            "cost_high": None if self.cost is None else self.cost.high,
        }


def _json(interval: Interval | None) -> dict[str, float] | None:
    return None if interval is None else interval.to_json()
