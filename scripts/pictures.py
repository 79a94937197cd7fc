# ruff: noqa: INP001  # a script, not a package
"""Make the pictures of the README from the real pages: `make pictures`, after `make demo`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PICTURES = {
    "report": ("isr_quad_taiwan-report.html", 1200, 900),
    "graph": ("isr_quad_taiwan-graph.html", 1400, 900),
}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]


def main() -> None:
    """Take the pictures."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("no Chromium on this machine (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for name, (page_file, width, height) in PICTURES.items():
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="light")
            page.goto((ROOT / "graphs" / page_file).as_uri())
            page.wait_for_timeout(1000)
            target = ROOT / "docs" / "images" / f"{name}.png"
            page.screenshot(path=target)
            print(f"{target.relative_to(ROOT)}: {target.stat().st_size // 1024} kB")
        browser.close()


if __name__ == "__main__":
    main()
