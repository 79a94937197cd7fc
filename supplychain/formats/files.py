"""Files are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from supplychain.errors import OptionError

__all__ = ["write_bytes", "write_text"]


def write_text(path: str | Path, text: str) -> Path:
    """Write text as UTF-8 with line feeds, beside the target first, then renamed over it.

    Parameters
    ----------
    path : str or pathlib.Path
        Where to write; missing folders are created.
    text : str
        The whole content.

    Returns
    -------
    pathlib.Path
        The path written.

    Raises
    ------
    OptionError
        If the file cannot be written; nothing is left behind then.
    """
    return write_bytes(path, text.encode("utf-8"))


def write_bytes(path: str | Path, content: bytes) -> Path:
    """Write bytes in the same way as `write_text`."""
    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
        handle, beside = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    except OSError as error:
        raise OptionError(f"{target}: cannot be written ({error.strerror or error})") from error
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        # mkstemp makes a private file; a page is for sharing.
        Path(beside).chmod(mode)
        Path(beside).replace(target)
    except OSError as error:
        raise OptionError(f"{target}: cannot be written ({error.strerror or error})") from error
    finally:
        Path(beside).unlink(missing_ok=True)
    return target


def _umask() -> int:
    # There is no call that only reads it.
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
