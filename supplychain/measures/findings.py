"""The answer to "what depends on these countries, where, and how do you know?" for one product."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from supplychain.compiled import DEFAULT_LENS, DOCUMENTED
from supplychain.dataset import Dataset
from supplychain.measures.analysis import Analysis, Evidence, analyse
from supplychain.measures.chains import GROUNDS, Chain, ChainFinder, best_grounds_first, certain_worst_first
from supplychain.measures.exposure import Exposure, exposure_of
from supplychain.measures.flags import Flag, find_flags, verdict_of
from supplychain.measures.key_components import KeyComponent, key_components
from supplychain.measures.provenance import header
from supplychain.measures.unknowns import Unknowns, unknowns

__all__ = ["Findings", "findings_of", "flags"]


@dataclass(frozen=True)
class Findings:
    """All findings on one product.

    Attributes
    ----------
    analysis : Analysis
    verdict : {"exposed", "unknown", "clear"}
        Of the product, on contact at the depth asked for.
    grounds : str or None
        Of the best chain.
    exposure : Exposure
    flags : tuple of Flag
    key_components : tuple of KeyComponent
    worst_chains : tuple of Chain
        The three worst of the product.
    unknowns : Unknowns
    notes : tuple of str
    """

    analysis: Analysis = field(repr=False)
    verdict: str
    grounds: str | None
    exposure: Exposure
    flags: tuple[Flag, ...]
    key_components: tuple[KeyComponent, ...]
    worst_chains: tuple[Chain, ...]
    unknowns: Unknowns
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """Return the `flags` object of the JSON contract, version 1."""
        return {
            **header(self.analysis, "flags"),
            "verdict": self.verdict,
            "grounds": self.grounds,
            "exposure": self.exposure.to_json(),
            "flags": [flag.to_json() for flag in self.flags],
            "key_components": [row.to_json() for row in self.key_components],
            "worst_chains": [chain.to_json() for chain in self.worst_chains],
            **self.unknowns.to_json(),
            "notes": list(self.notes),
        }


def flags(
    dataset: Dataset,
    product: str | None = None,
    *,
    lens: Iterable[str] = DEFAULT_LENS,
    basis: Iterable[str] | None = None,
    depth: int | None = None,
    evidence: Evidence = "all",
    min_ownership: float = 0.25,
    units: float | None = None,
) -> Findings:
    """Flag every line of a product that depends on the lens, with chains, grounds and intervals.

    Parameters
    ----------
    dataset, product, lens, basis, depth, evidence, min_ownership
        See `supplychain.measures.analysis.analyse`.
    units : float, optional
        Planned units per year for the supply cover; default is the largest volume in the demand table.

    Returns
    -------
    Findings

    Raises
    ------
    OptionError
        If the product does not exist or an option is out of range.

    Examples
    --------
    >>> import supplychain as sc
    >>> sc.flags(sc.load("uav"), "fpv_commodity").verdict
    'exposed'
    """
    analysis = analyse(
        dataset, product, lens=lens, basis=basis, depth=depth, evidence=evidence, min_ownership=min_ownership
    )
    return findings_of(analysis, units=units)


def findings_of(analysis: Analysis, *, units: float | None = None) -> Findings:
    """Collect the findings of an analysis (see `flags`)."""
    exposure = exposure_of(analysis, units=units)
    found = find_flags(analysis)
    finder = ChainFinder(analysis)
    verdict = verdict_of(exposure.contact)
    # What is only possible, or stands on what the evidence asked for leaves out, is no finding.
    best = finder.whole(best_grounds_first, 1) if verdict == "exposed" else []
    worst = finder.whole(certain_worst_first, 3) if verdict == "exposed" else []
    if analysis.evidence == "documented":
        worst = [chain for chain in finder.whole(best_grounds_first, 3) if chain.grounds == GROUNDS[DOCUMENTED]]
    return Findings(
        analysis=analysis,
        verdict=verdict,
        grounds=best[0].grounds if best else None,
        exposure=exposure,
        flags=tuple(found),
        key_components=key_components(analysis, found),
        worst_chains=tuple(worst),
        unknowns=unknowns(analysis),
        notes=tuple(str(problem) for problem in analysis.compiled.dataset.problems) + exposure.notes,
    )
