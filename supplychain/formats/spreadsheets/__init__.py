"""Bills of materials as people keep them: one spreadsheet, with headers of any tool or none that we know."""

from __future__ import annotations
