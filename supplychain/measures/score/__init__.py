"""How resilient a product is: five parts, one number with its interval, and its profile by depth."""

from supplychain.measures.score.compare import Comparison, compare, compare_scores
from supplychain.measures.score.composite import (
    WeightSensitivity,
    aggregate,
    composite,
    composite_interval,
    leave_one_out,
    weight_sensitivity,
)
from supplychain.measures.score.parts import diversity_of_hhi
from supplychain.measures.score.product import score, score_of
from supplychain.measures.score.replacing import replaceable_share
from supplychain.measures.score.rows import PartFigure, ProfileRow, Score
from supplychain.measures.score.settings import PARTS, Settings, default_settings, read_settings

__all__ = [
    "PARTS",
    "Comparison",
    "PartFigure",
    "ProfileRow",
    "Score",
    "Settings",
    "WeightSensitivity",
    "aggregate",
    "compare",
    "compare_scores",
    "composite",
    "composite_interval",
    "default_settings",
    "diversity_of_hhi",
    "leave_one_out",
    "read_settings",
    "replaceable_share",
    "score",
    "score_of",
    "weight_sensitivity",
]
