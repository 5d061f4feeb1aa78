"""
A real Chromium for the tests marked `browser`: a plugin, loaded by tests/conftest.py.

`look` opens a page in a theme and at a width, and remembers what the browser complained about.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

# Playwright's loop runs in the test's thread, and so does the ORM.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

PHONE = {"width": 360, "height": 780}
DESK = {"width": 1440, "height": 900}
# Two frames, as the first may have been begun before; then whatever changes its colour has changed it.
SETTLED = """new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))).then(
  () => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null)))
).then(() => null)"""
WAYS_TO_LOOK = (("phone", PHONE, "light"), ("desk", DESK, "dark"))
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def chromium() -> str | None:
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with a browser come last: Playwright leaves a loop behind that sealing cannot bear."""
    with_browser = {item.path for item in items if item.get_closest_marker("browser")}
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    # The slow ones of them first: a long file at the very end keeps one process waiting for it.
    items.sort(key=lambda item: (item.path in with_browser, item.path not in slow))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    executable = chromium()
    if not executable:
        pytest.skip("no Chromium: install it or set CHROMIUM")
    return {**browser_type_launch_args, "executable_path": executable, "args": FLAGS}


@dataclass
class Looked:
    """A page as it was seen, and what the browser said about it."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def findings_of_axe(self) -> list[str]:
        """Return rule and place of each accessibility fault; [] is the only good answer."""
        violations = Axe().run(self.page).response["violations"]
        return [
            f"{violation['id']}: {node['target']}"
            for violation in violations
            for node in violation["nodes"]
        ]

    def faults_on_phone_and_desk(self, name: str) -> list[str]:
        """What is wrong with the loaded page, as a phone in the light and a desk in the dark show it."""
        found = []
        self.page.mouse.move(0, 0)  # from where it clicked last: nothing is measured as pointed at
        for where, size, theme in WAYS_TO_LOOK:
            self.page.set_viewport_size(size)
            self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            self.page.evaluate(SETTLED)
            found += [f"{name}, {where}: {finding}" for finding in self.findings_of_axe()]
            if self.is_wider_than_the_screen():
                found.append(f"{name}, {where}: wider than the screen")
        found += [f"{name}: {said}" for said in self.complaints]
        self.complaints.clear()
        return found

    def is_wider_than_the_screen(self) -> bool:
        return bool(
            self.page.evaluate("document.documentElement.scrollWidth > document.body.clientWidth")
        )


Look = Callable[..., Looked]


@pytest.fixture
def look(browser: Browser) -> Iterator[Look]:
    contexts = []

    def open_page(
        address: str,
        *,
        size: dict[str, int] | None = None,
        theme: str = "light",
        locale: str = "es-AR",
        **options: Any,
    ) -> Looked:
        context = browser.new_context(
            viewport=size or DESK,
            color_scheme=theme,
            locale=locale,
            # Colours change at once, or contrasts are measured halfway from theme to theme.
            **{"reduced_motion": "reduce", **options},
        )
        contexts.append(context)
        looked = Looked(page=context.new_page())
        looked.page.on(
            "console",
            lambda said: (
                looked.complaints.append(said.text) if said.type in {"error", "warning"} else None
            ),
        )
        looked.page.on("pageerror", lambda error: looked.complaints.append(str(error)))
        looked.page.goto(address)
        looked.page.wait_for_load_state("networkidle")
        return looked

    yield open_page

    for context in contexts:
        context.close()
