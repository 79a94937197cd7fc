"""The one shape of a figure: an interval, because something is always unknown."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Interval"]


@dataclass(frozen=True)
class Interval:
    """A figure of which only bounds are known.

    Attributes
    ----------
    low, high : float
        Everything unknown outside the lens, and everything unknown inside; `low <= high`.
    estimate : float or None
        The figure with the market share as prior for what is unknown, where one was asked for.

    Examples
    --------
    >>> Interval(0.25, 0.55).width
    0.30000000000000004
    """

    low: float
    high: float
    estimate: float | None = None

    @property
    def width(self) -> float:
        """How much is unknown."""
        return self.high - self.low

    def to_json(self) -> dict[str, float]:
        """Return `{"low", "high"}`, with `"estimate"` where there is one."""
        result = {"low": self.low, "high": self.high}
        if self.estimate is not None:
            result["estimate"] = self.estimate
        return result


def share(low: float, high: float) -> Interval:
    """An interval of shares: rounding errors of the arithmetic are clipped to [0, 1] and never cross the ends.

    What differs from 1 by rounding alone is 1; what is above 0 stays so, because that makes a finding.
    """
    low, high = (1.0 if abs(end - 1.0) < 1e-13 else end for end in (low, high))
    # Adding 0.0 turns a negative zero into a plain one.
    low = min(max(float(low), 0.0), 1.0) + 0.0
    return Interval(low, min(max(float(high), low), 1.0) + 0.0)
