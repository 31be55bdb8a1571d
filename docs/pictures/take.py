"""Takes the README's pictures from a demo that it builds: `make pictures` (maintainers only; needs Chromium)."""

import shutil
import tempfile
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from wfsite.app import create_app
from wfsite.config import Settings, default_boxes
from wfsite.demo.people import COUNCIL_NAME, PASSWORD
from wfsite.demo.world import build
from wfsite.extensions import db

HERE = Path(__file__).resolve().parent
PHONE, DESK = {"width": 390, "height": 780}, {"width": 1100, "height": 780}


def main() -> None:
    """Build a demo, visit the three jobs, keep three pictures."""
    instance = Path(tempfile.mkdtemp()) / "instance"
    boxes = default_boxes(instance)
    instance.mkdir()
    boxes.mkdir()
    settings = Settings(
        instance=instance,
        database_url=f"sqlite:///{instance / 'wfsite.db'}",
        boxes=boxes,
        secret_key="pictures " * 5,
        demo=True,
        testing=True,
    )
    app = create_app(settings)
    with app.app_context():
        db.create_all()
        build(scale=1, at=datetime.now(UTC))
    app.jinja_env.globals["settings"] = replace(settings, testing=False, council_name=COUNCIL_NAME)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        base = f"http://127.0.0.1:{server.port}"
        for name, account, size, steps in (
            ("survey", "staff", PHONE, _survey),
            ("register", "training", PHONE, _register),
            ("plan", "manager", DESK, _plan),
        ):
            page = browser.new_context(viewport=size).new_page()
            page.goto(f"{base}/sign-in")
            page.get_by_label("Email address").fill(f"{account}@demo.example")
            page.get_by_label("Password", exact=True).fill(PASSWORD)
            page.locator("main").get_by_role("button", name="Sign in").click()
            steps(page)
            page.screenshot(path=HERE / f"{name}.png")
        browser.close()
    server.shutdown()


def _survey(page: Page) -> None:
    page.get_by_role("link", name="Answer the survey").click()
    page.get_by_label("Agree", exact=True).first.check()
    _show(page, "form fieldset")


def _register(page: Page) -> None:
    page.get_by_role("link", name="Complete the register: Safeguarding children: working").click()
    page.get_by_role("button", name="Everyone attended").click()
    page.locator("button[aria-pressed=true]").nth(2).wait_for()
    page.get_by_role("button", name="Did not attend").nth(1).click()
    page.locator("button[aria-pressed=true]", has_text="Did not attend").wait_for()
    _show(page, "#register-counts")


def _plan(page: Page) -> None:
    page.goto(page.url.rstrip("/") + "/steering/plan")
    page.locator("table").get_by_role("link", name="Update").first.click()
    page.get_by_label("Amber", exact=True).check()
    _show(page, ".app-open-row")


def _show(page: Page, selector: str) -> None:
    """Bring an element to the top and let the page come to rest."""
    page.locator(selector).first.evaluate("element => element.scrollIntoView()")
    page.evaluate("window.scrollBy(0, -90)")
    page.wait_for_timeout(400)


if __name__ == "__main__":
    main()
