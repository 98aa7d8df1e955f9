"""Pictures of every page: `make shots` puts them into shots/ and renews the one that the README shows.

Starts the app on a throw-away folder with the example diary, and walks the pages at two sizes and in three themes.
With --only NAME (a part of a page's name), --theme and --width a few are taken; with --url a running app is used.
"""

import argparse
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SHOTS = ROOT / "shots"
README_PICTURE = ROOT / "docs" / "images" / "tonight.png"
THEMES = ("day", "dim", "night")
SIZES = {360: 740, 1280: 800}
START_SECONDS = 60
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--disable-sync",
]


@dataclass(frozen=True, slots=True)
class Shot:
    """One page: its name, its address, and what is done there before the picture is taken.

    ``{last_night}`` in an address is the date of last night's evening. ``on_example`` False: taken of an empty diary.
    """

    name: str
    path: str
    prepare: Callable[[Page], None] | None = None
    on_example: bool = True


def _begin_cramp(page: Page) -> None:
    page.locator(".cramp-now.relief-huge").click()
    page.get_by_role("button", name="It is over").wait_for()


def _end_cramp(page: Page) -> None:
    _begin_cramp(page)
    page.get_by_role("button", name="It is over").click()
    page.get_by_role("heading", level=1).filter(has_text="Saved").wait_for()


def _choose_file(page: Page) -> None:
    text = b"night,cramps,stretch\n2026-01-01,2,yes\n2026-01-02,-1,no\n"
    page.set_input_files("#file", {"name": "old-diary.csv", "mimeType": "text/csv", "buffer": text})
    page.click("text=Look at it")


def _wrong_hours(page: Page) -> None:
    page.eval_on_selector_all("details", "every => every.forEach(one => { one.open = true; })")
    page.fill("#q-sleep_hours", "27")
    page.click("text=Save this night")


def _open_cramps(page: Page) -> None:
    page.locator("#answers summary").click()


def _make_code(page: Page) -> None:
    page.locator("#h-phone ~ form button").click()


# Every place of the navigation is taken by itself; other pages, and other states of a page, have a line here.
PAGES: list[Shot] = [
    Shot("welcome", "/", on_example=False),
    Shot("welcome-cramps", "/", _open_cramps, on_example=False),
    Shot("nights-empty", "/nights/", on_example=False),
    Shot("tonight", "/"),
    Shot("nights", "/nights/"),
    Shot("night", "/nights/{last_night}"),
    Shot("night-errors", "/nights/{last_night}", _wrong_hours),
    Shot("factors", "/factors/"),
    Shot("factor", "/factors/1"),
    Shot("import", "/import/"),
    Shot("import-preview", "/import/", _choose_file),
    Shot("export", "/export/"),
    Shot("settings", "/settings/"),
    Shot("delete", "/settings/delete"),
    Shot("more", "/more"),
    Shot("devices-code", "/devices", _make_code),
    Shot("pair", "/pair"),
    Shot("lock", "/lock"),
    Shot("not-found", "/nowhere"),
    Shot("gallery", "/_gallery"),
    Shot("cramp", "/relief/", _begin_cramp),
    Shot("cramp-over", "/relief/", _end_cramp),
]


def places() -> list[Shot]:
    """Return the places of the navigation that have no line above, each on the example."""
    folder = tempfile.mkdtemp(prefix="quietlegs-shots-")
    os.environ.update(QUIETLEGS_DATA=folder, DJANGO_SETTINGS_MODULE="quietlegs.web.settings")
    try:
        import django

        django.setup()
        from quietlegs.web.shell.navigation import items

        listed = {shot.path for shot in PAGES}
        names = {link.url: link.place.url_name.replace(":", "-") for link in items("/")}
        return [Shot(name, url) for url, name in names.items() if url not in listed]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def chromium() -> str:
    """Return the path of the Chromium to use, or stop and say what to do."""
    names = (os.environ.get("QUIETLEGS_CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        sys.exit("Pictures need Chromium. Install it, or set QUIETLEGS_CHROMIUM to its path.")
    return found


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def serving(*, example: bool) -> Iterator[str]:
    """Serve the app on a throw-away folder; give its address, and leave nothing behind."""
    with tempfile.TemporaryDirectory(prefix="quietlegs-shots-") as folder:
        port = free_port()
        environment = {**os.environ, "QUIETLEGS_DATA": folder, "QUIETLEGS_DEMO": "1" if example else ""}
        code = f"from quietlegs.web.server import serve; serve(port={port})"
        server = subprocess.Popen([sys.executable, "-c", code], env=environment)
        try:
            _wait_until_up(f"http://127.0.0.1:{port}/health", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


def _wait_until_up(url: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url, timeout=1).close()
            return
        time.sleep(0.2)
    sys.exit("The app did not start.")


def last_night() -> str:
    """Return the date of last night's evening, by this computer's clock."""
    return (datetime.now(UTC).astimezone() - timedelta(days=1)).date().isoformat()


def take(browser: Browser, url: str, shot: Shot, *, theme: str, width: int, folder: Path) -> Path:
    """Take one picture and return where it is."""
    context = browser.new_context(viewport={"width": width, "height": SIZES[width]}, reduced_motion="reduce")
    looks = {"quietlegs_theme": theme, "quietlegs_at_night": "as_by_day"}  # the same at every hour
    context.add_cookies([{"name": name, "value": look, "url": url} for name, look in looks.items()])
    page = context.new_page()
    page.goto(url + shot.path.format(last_night=last_night()))
    if shot.prepare:
        shot.prepare(page)
    page.evaluate("document.fonts.ready")
    # As high as the page, so that the bars at the bottom of a phone stand at the bottom of the picture.
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": max(height, SIZES[width])})
    path = folder / f"{shot.name}_{width}_{theme}.png"
    page.screenshot(path=path)
    context.close()
    return path


def main() -> None:
    """Take the pictures asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument(
        "--only", action="append", default=[], help="a part of a page's name, or readme; may be repeated"
    )
    parser.add_argument("--theme", choices=THEMES, action="append")
    parser.add_argument("--width", choices=SIZES, type=int, action="append")
    parser.add_argument("--url", help="of a running app, in place of a throw-away one")
    parser.add_argument("--out", type=Path, default=SHOTS)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    every = [*PAGES, *places()]
    chosen = [shot for shot in every if not given.only or any(part in shot.name for part in given.only)]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGS)
        for on_example in (False, True):
            shots = [shot for shot in chosen if shot.on_example is on_example]
            wanted = shots or (on_example and "readme" in given.only)
            if not wanted or (given.url and not on_example):
                continue
            place = contextlib.nullcontext(given.url) if given.url else serving(example=on_example)
            with place as url:
                for shot in shots:
                    for theme in given.theme or THEMES:
                        for width in given.width or SIZES:
                            print(take(browser, url, shot, theme=theme, width=width, folder=given.out))
                if on_example and (not given.only or "readme" in given.only):
                    renew_readme_picture(browser, url)
        browser.close()


def renew_readme_picture(browser: Browser, url: str) -> None:
    """Take the one picture that the README shows: the Tonight page on a phone, in the evening."""
    README_PICTURE.parent.mkdir(parents=True, exist_ok=True)
    page = browser.new_page(viewport={"width": 360, "height": SIZES[360]}, reduced_motion="reduce")
    page.context.add_cookies([{"name": "quietlegs_theme", "value": "dim", "url": url}])
    page.goto(f"{url}/")
    page.evaluate("document.fonts.ready")
    page.set_viewport_size({"width": 360, "height": page.evaluate("document.documentElement.scrollHeight")})
    page.screenshot(path=README_PICTURE)
    print(README_PICTURE)


if __name__ == "__main__":
    main()
