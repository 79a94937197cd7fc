"""Disruption over time, the "stress test": scenarios and random failures, week by week."""

from supplychain.decisions.disruption.production import ration, required_inventory, week_of_production
from supplychain.decisions.disruption.risk import Tail, cvar, tail_of, value_at_risk
from supplychain.decisions.disruption.stress import StressTest, disrupt

__all__ = [
    "StressTest",
    "Tail",
    "cvar",
    "disrupt",
    "ration",
    "required_inventory",
    "tail_of",
    "value_at_risk",
    "week_of_production",
]
