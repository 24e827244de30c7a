"""A browser without a window."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Show = Callable[[str], Any]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Chromium of this machine, through its own driver: nothing is downloaded."""
    selenium = pytest.importorskip("selenium.webdriver")
    program, driver = shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("chromedriver")
    if program is None or driver is None:
        pytest.skip("There is no Chromium with its driver: apt-get install chromium chromium-driver")
    options = selenium.ChromeOptions()
    options.binary_location = program
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for argument in ("--headless=new", "--window-size=1400,1000", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    if os.geteuid() == 0:
        # The sandbox of the browser refuses root, as whom containers run.
        options.add_argument("--no-sandbox")
    opened = selenium.Chrome(options=options, service=selenium.ChromeService(driver))
    yield opened
    opened.quit()


@pytest.fixture
def show(chromium: Any, tmp_path: Path) -> Iterator[Show]:
    """Opens HTML in the browser. What it complains about on its console fails the test."""

    def show(html: str) -> Any:
        path = tmp_path / "view.html"
        path.write_text(html, encoding="utf-8")
        chromium.get(path.as_uri())
        return chromium

    yield show
    assert chromium.get_log("browser") == []
    chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
