"""Weights and settings of the score: the file that comes with the program, or one of the user's."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from supplychain.errors import OptionError

__all__ = ["PARTS", "Settings", "default_settings", "read_settings"]

PARTS = ("independence", "n_minus_1", "diversity", "buffer", "substitutability")
_LARGEST = 1e100  # sums of larger numbers may be infinite


@dataclass(frozen=True)
class Settings:
    """What the score is made with.

    Attributes
    ----------
    weights : mapping of str to float
        One for each part; they add to 1.
    floor : float
        No part is taken below this.
    access : float
        Share of the capacity outside the lens that one buyer can get, at most.
    horizon_days : float
        Time in which a source can be replaced.
    price_limit, price_limit_beside : float
        What replacing may add to the price; the second one is shown beside.
    """

    weights: Mapping[str, float]
    floor: float
    access: float
    horizon_days: float
    price_limit: float
    price_limit_beside: float

    def __post_init__(self) -> None:
        unknown, missing = sorted(set(self.weights) - set(PARTS)), sorted(set(PARTS) - set(self.weights))
        if unknown or missing:
            wrong = ", ".join([*unknown, *missing])
            raise OptionError(f"weights: {wrong}; give one for each of {', '.join(PARTS)}")
        if any(not 0 <= weight < float("inf") for weight in self.weights.values()) or not sum(self.weights.values()):
            raise OptionError("weights: numbers of 0 or more, not all 0")
        if not 0 < self.floor < 1:
            raise OptionError(f"floor {self.floor}: give a number between 0 and 1, as 0.01")
        if not 0 <= self.access <= 1:
            raise OptionError(f"access {self.access}: give a share from 0 to 1, as 0.05")
        for name in ("horizon_days", "price_limit", "price_limit_beside"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise OptionError(f"{name} {getattr(self, name)}: give a number of 0 or more")
        total = sum(self.weights.values())
        object.__setattr__(self, "weights", {part: float(self.weights[part]) / total for part in PARTS})

    def to_json(self) -> dict[str, float]:
        """Return the settings beside the weights."""
        return {name: value for name, value in vars(self).items() if name != "weights"}


@cache
def default_settings() -> Settings:
    """Return what the program comes with (weights.toml beside this module).

    Examples
    --------
    >>> default_settings().weights["buffer"]
    0.2
    """
    text = resources.files(__package__).joinpath("weights.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    return Settings(weights=table["weights"], **table["settings"])


def read_settings(path: str | Path) -> Settings:
    """Read a file of weights and settings; what it leaves out is as in `default_settings`.

    Parameters
    ----------
    path : path
        A TOML file with the tables `weights` and `settings`.

    Raises
    ------
    OptionError
        If the file cannot be read or says something that is not a setting.
    """
    try:
        table = tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise OptionError(f"weights {path}: cannot be read ({error})") from error
    except (ValueError, RecursionError) as error:  # also a number of thousands of digits, and brackets as deep
        raise OptionError(f"weights {path}: no TOML ({error}); as in [weights] independence = 1.0") from error
    wrong = sorted(set(table) - {"weights", "settings"})
    if wrong:
        raise OptionError(f"weights {path}: {', '.join(wrong)}; the tables are [weights] and [settings]")
    default = default_settings()
    weights = _numbers(path, "weights", table.get("weights", {}), PARTS)
    settings = _numbers(path, "settings", table.get("settings", {}), tuple(default.to_json()))
    try:
        return replace(default, weights={**dict.fromkeys(PARTS, 1.0), **weights}, **settings)
    except OptionError as error:
        raise OptionError(f"weights {path}: {error}") from error


def _numbers(path: str | Path, name: str, table: Any, known: tuple[str, ...]) -> dict[str, float]:
    if not isinstance(table, dict):
        raise OptionError(f"weights {path}: {name} is a table, as [{name}]")
    for key, value in table.items():
        if key not in known:
            raise OptionError(f"weights {path}: {name}.{key}; give {', '.join(known)}")
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise OptionError(f"weights {path}: {name}.{key} {value!r} is no number")
        if abs(value) > _LARGEST:
            raise OptionError(f"weights {path}: {name}.{key}: give a number up to {_LARGEST:g}")
    return {key: float(value) for key, value in table.items()}
