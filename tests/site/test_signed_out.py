"""Every form of the site, sent after the sign-in is gone: it is said, and what was typed comes back."""

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import update

from tests.support.client import Browser
from tests.support.engines import Site
from tests.support.forms import Form, every_form
from tests.support.routes import stamp_of
from wfsite.demo.people import DOMAIN, PASSWORD
from wfsite.extensions import db
from wfsite.people.models import SignIn

TYPED = "Typed before lunch <i>&\r\nand after"


def _filled_in(form: Form) -> dict[str, Any]:
    """As a person would send it: something in every box that takes words, the passwords too."""
    data = {name: (list(value) if isinstance(value, list) else [value]) for name, value in form.data}
    return {name: values or [TYPED] for name, values in data.items() if name != "csrf_token"}


def _end_sign_ins(site: Site) -> None:
    with site.app.app_context():
        db.session.execute(update(SignIn).values(ended_at=site.clock()))
        db.session.commit()
        db.session.remove()


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
@pytest.mark.parametrize("how", ["ended on the server", "cookie gone"])
def test_no_form_loses_what_was_typed(site: Site, how: str, htmx: bool) -> None:
    forms = every_form(site)
    assert len(forms) > 20
    wrong = [problem for form in forms if (problem := _problem(site, form, how, htmx))]
    assert wrong == []


def _problem(site: Site, form: Form, how: str, htmx: bool) -> str:
    b = Browser(site, form.account)
    page = b.get(form.page)
    if not stamp_of(site.app, _endpoint(site, form)).permission:
        return ""  # a form that nobody need be signed in for
    token = next(c["value"] for c in page.all("input") if c["name"] == "csrf_token")
    if how == "cookie gone":
        b.client.delete_cookie("wfsite")
    else:
        _end_sign_ins(site)
    data = _filled_in(form)
    files = {"file": (BytesIO(b"a,b"), "plan.csv")} if form.takes_a_file else {}
    headers = {"Referer": f"http://localhost{form.page}"} | ({"HX-Request": "true"} if htmx else {})
    answer = b.client.post(form.action, data={**data, **files, "csrf_token": token}, headers=headers)
    where = f"{form.account} {form.page} → {form.action}: "
    if answer.status_code != 401 or "You were signed out" not in answer.text:
        return f"{where}{answer.status_code}, and it is not said"
    b._seen(answer, form.action, 401, htmx)
    secret = {box["name"] for box in page.all("input") if box["type"] == "password" or box["id"] == "code"}
    is_kept = bool(data) and not files and not secret & data.keys()
    b.submit("Sign in", {"email": f"{form.account}@{DOMAIN}", "password": PASSWORD}, expect=200 if is_kept else 303)
    if not is_kept:
        found = b.response.headers.get("Location")
        return "" if found == form.page else f"{where}back to {found}, not to its page"
    again = [f for f in b.page.all("form") if f["action"] == form.action]
    if not again:
        return f"{where}it is not shown again"
    shown = [(c["name"], c["value"]) for c in again[0].children if c["name"] not in ("", "csrf_token")]
    sent = [(name, value) for name, values in data.items() for value in values]
    if sorted(shown) != sorted(sent):
        return f"{where}{sorted(sent)} came back as {sorted(shown)}"
    if not [p for p in b.page.all("p") if p.text.startswith("From: ")]:
        return f"{where}not in the words of its page"
    back = [a for a in b.page.all("a") if a["href"] == form.page]
    return "" if back else f"{where}no way back to its page"


def _endpoint(site: Site, form: Form) -> str:
    return str(site.app.url_map.bind("127.0.0.1").match(form.action.split("?")[0], method="POST")[0])


@pytest.mark.only("sqlite")
def test_no_tab_keeps_passwords_files_or_a_surveys_answers(site: Site) -> None:
    """A form marked data-keep is kept in the open tab while it is written."""
    kept = set()
    for form in every_form(site):
        page = Browser(site, form.account).get(form.page)
        for tag in page.all("form"):
            if "data-keep" not in tag.attrs:
                continue
            kept.add(_endpoint(site, form))
            assert not form.page.startswith("/surveys")
            assert not [c for c in tag.children if c["type"] in ("password", "file")]
    assert kept
