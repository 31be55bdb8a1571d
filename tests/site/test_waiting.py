"""Whoever answers requests loads nothing heavy, and a view that waits for a child process says so."""

import dis
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

import pytest
from werkzeug.test import create_environ

from tests.support.engines import Site
from wfsite.surveys.closing.counting import count_apart
from wfsite.web import rsgi
from wfsite.web.waiting import done_apart, methods_that_wait

# Where these two are called is found by name, so that whoever adds a view that waits is told to mark it.


def _named(function: FunctionType, code: CodeType) -> Iterator[object]:
    """What a function names, where it is ours to know: globals, parts of modules, methods of any class in sight."""
    part: object = None
    classes = [found for found in function.__globals__.values() if _holds(found, type)]
    for step in dis.get_instructions(code):
        if step.opname == "LOAD_GLOBAL":
            part = function.__globals__.get(step.argval)
        elif step.opname in ("LOAD_ATTR", "LOAD_METHOD"):
            holders = [part] if _holds(part, ModuleType, type) else classes if part is None else []
            part = next((vars(holder)[step.argval] for holder in holders if step.argval in vars(holder)), None)
        else:
            part = None
        yield part
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _named(function, inner)


def _holds(part: object, *kinds: type) -> bool:
    """Whether something is of a kind itself; flask's own stand-ins may not be asked outside a request."""
    return issubclass(type(part), kinds)


def _calls(function: FunctionType) -> set[FunctionType]:
    """Our functions that a function may call."""
    around = [cell.cell_contents for cell in function.__closure__ or ()]
    return {
        part
        for part in (*_named(function, function.__code__), *around)
        if type(part) is FunctionType and part.__module__.startswith("wfsite")
    }


def _waits(view: object) -> bool:
    assert isinstance(view, FunctionType)
    seen: set[FunctionType] = set()
    ahead = [view]
    while ahead:
        function = ahead.pop()
        if function in (done_apart, count_apart):
            return True
        if function not in seen:
            seen.add(function)
            ahead += _calls(function)
    return False


def test_views_that_wait_and_no_others_are_marked(site: Site) -> None:
    views = site.app.view_functions
    waiting = {name for name in views if _waits(views[name])}
    expected = {"steering.plan_export", "steering.agency_picture", "people.person_export", "surveys.survey_close"}
    assert expected <= waiting
    assert {name for name in views if methods_that_wait(views[name])} == waiting


def test_a_page_is_asked_for_without_waiting_where_only_its_form_waits(site: Site) -> None:
    served = rsgi.Site(site.app)
    close, picture = "/surveys/1/close", "/steering/workforce/1/agency.svg"
    waits = {
        (m, path): served._waits(create_environ(path, method=m)) for m in ("GET", "POST") for path in (close, picture)
    }
    assert waits == {("GET", close): False, ("POST", close): True, ("GET", picture): True, ("POST", picture): False}


_PROGRAM = """
import io, sys
from tests.support.client import Browser
from tests.support.engines import FrozenClock, Site, settings_for
from pathlib import Path
from wfsite.app import create_app
site = Site(create_app(settings_for(sys.argv[1], Path(sys.argv[2])), clock=FrozenClock()), FrozenClock(), None, "")
browser = Browser(site, "secretary")
browser.get("/steering/workforce")
for image in browser.page.all("img"):
    if "/workforce/" in image["src"]:
        assert browser.client.get(image["src"] + "?as_at=2021-03-01").data.startswith(b"<?xml")
book = browser.client.get("/steering/plan/export.xlsx").data
assert book.startswith(b"PK")
browser.post("/steering/plan/import", {"target": "2025", "file": (io.BytesIO(book), "plan.xlsx")})
heavy = [name for name in ("matplotlib", "numpy", "openpyxl") if name in sys.modules]
assert not heavy, heavy
"""


@pytest.mark.only("sqlite")
def test_what_draws_reads_and_packs_is_never_loaded_where_requests_are_answered(site: Site, checkout: Path) -> None:
    command = [sys.executable, "-c", _PROGRAM, site.url, str(site.instance)]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    site.dirty = True
