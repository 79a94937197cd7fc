"""The datasets that come with the package."""

from __future__ import annotations

from pathlib import Path

from supplychain.errors import OptionError

__all__ = ["DEFAULT_DATASET", "FLAGSHIPS", "bundled_names", "bundled_path"]

DEFAULT_DATASET = "uav"
# The product that a bundled dataset is shown by.
FLAGSHIPS = {"uav": "isr_quad_taiwan"}


def bundled_names() -> tuple[str, ...]:
    """Names of the bundled datasets, sorted."""
    return tuple(sorted({folder.name for root in _roots() for folder in _datasets(root)}))


def bundled_path(name: str) -> Path:
    """Folder of a bundled dataset.

    Parameters
    ----------
    name : str
        One of `bundled_names()`.

    Raises
    ------
    OptionError
        If there is no such dataset.
    """
    for root in _roots():
        for folder in _datasets(root):
            if folder.name == name:
                return folder
    raise OptionError(f"no bundled dataset {name!r}; there are: {', '.join(bundled_names()) or 'none'}")


def _roots() -> tuple[Path, ...]:
    """Where datasets can lie, the installed place first: an editable install and the checkout have only the second."""
    package = Path(__file__).resolve().parent
    return package / "_data", package.parent / "data"


def _datasets(root: Path) -> list[Path]:
    # Beside an installed package, in site-packages, a folder `data` would belong to somebody else.
    if not root.is_dir() or (root.name == "data" and not (root.parent / "pyproject.toml").is_file()):
        return []
    return [folder for folder in root.iterdir() if (folder / "parts.csv").is_file()]
