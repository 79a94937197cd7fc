"""The datasets that come with the package."""

from __future__ import annotations

from pathlib import Path

from supplychain.errors import OptionError

__all__ = ["DEFAULT_DATASET", "FLAGSHIPS", "bundled_names", "bundled_path", "is_bundled"]

DEFAULT_DATASET = "uav"
# The product that a bundled dataset is shown by.
FLAGSHIPS = {"uav": "isr_quad_taiwan"}


# Small invented datasets that show how something works: found by name, listed only where they are asked for.
_EXAMPLES = "examples"


def bundled_names(*, examples: bool = False) -> tuple[str, ...]:
    """Names of the bundled datasets, sorted.

    Parameters
    ----------
    examples : bool
        Also those that are invented to show how something works.

    Examples
    --------
    >>> "resilience_demo" in bundled_names(), "resilience_demo" in bundled_names(examples=True)
    (False, True)
    """
    return tuple(sorted({folder.name for root in _roots(examples=examples) for folder in _datasets(root)}))


def is_bundled(name: object) -> bool:
    """Whether a text is the name of a bundled dataset, examples among them."""
    return isinstance(name, str) and name in bundled_names(examples=True)


def bundled_path(name: str) -> Path:
    """Folder of a bundled dataset.

    Parameters
    ----------
    name : str
        One of `bundled_names(examples=True)`.

    Raises
    ------
    OptionError
        If there is no such dataset.
    """
    for root in _roots(examples=True):
        for folder in _datasets(root):
            if folder.name == name:
                return folder
    raise OptionError(f"no bundled dataset {name!r}; there are: {', '.join(bundled_names()) or 'none'}")


def _roots(*, examples: bool = False) -> tuple[Path, ...]:
    """Where datasets can lie, the installed place first: an editable install and the checkout have only the second."""
    package = Path(__file__).resolve().parent
    roots = (package / "_data", package.parent / "data")
    return (*roots, *(root / _EXAMPLES for root in roots)) if examples else roots


def _datasets(root: Path) -> list[Path]:
    # Beside an installed package, in site-packages, a folder `data` would belong to somebody else.
    data = root.parent if root.name == _EXAMPLES else root
    if not root.is_dir() or (data.name == "data" and not (data.parent / "pyproject.toml").is_file()):
        return []
    return [folder for folder in root.iterdir() if (folder / "parts.csv").is_file()]
