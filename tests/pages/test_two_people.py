"""Two people at one form: "mine" is what I changed, what I left as it was stays theirs. Every form with a version."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import desc, select

from tests.support.client import Browser, Browsers, form_data
from tests.support.engines import FrozenClock, Site
from tests.support.groups import STEERING
from tests.support.plans import action_id, rag_update
from tests.support.present import the
from wfsite.core.permissions import Role
from wfsite.core.rag import Rag
from wfsite.demo.people import PASSWORD
from wfsite.extensions import db
from wfsite.people.models import Agency, Person, Profession, RoleGrant, Team
from wfsite.steering.plans.models import RagUpdate


@dataclass(frozen=True)
class Form:
    """A form: where it is, who sends it, what each changes, and how the page of the conflict says it."""

    address: Callable[[], str]
    me: str
    them: str
    mine: dict[str, object]
    theirs: dict[str, object]
    same: tuple[str, str, str]  # a field that both change: its name, theirs, mine
    wrong: dict[str, object]  # of mine, what is refused
    labels: tuple[str, ...]  # of what they changed
    is_action: bool = False  # its box for a note begins empty
    htmx: bool = False


def _of(table: type[Agency | Profession | Team], name: str) -> int:
    return int(db.session.query(table.id).filter_by(name=name).scalar())


FORMS = {
    "action": Form(
        lambda: f"/steering/actions/{action_id('2.1')}/update",
        "manager",
        "secretary",
        {"rag": "complete"},
        {"note": "Theirs: all\nbriefed"},
        ("note", "Theirs: late", "Mine: early"),
        {"rag": "red", "note": ""},
        ("What has happened?",),
        is_action=True,
    ),
    "month": Form(
        lambda: f"/steering/workforce/{_of(Team, 'Children and family social work')}/months/2021-02",
        "data",
        "manager",
        {"leavers": "7", "note-leavers": "Mine"},
        {"permanent": "151", "note-permanent": "Theirs"},
        ("agency", "41", "42"),
        {"leavers": "٣"},
        ("Permanent", "Footnote on Permanent"),
    ),
    "group": Form(
        lambda: f"/admin/groups/{STEERING}",
        "secretary",
        "admin",
        {"cadence": "Every other Monday"},
        {
            "purpose": "Theirs.",
            "watches": "Leavers\nVacancies",
            "agreed_on-day": "2",
            "agreed_on-month": "3",
            "agreed_on-year": "2026",
        },
        ("purpose", "Theirs.", "Mine."),
        {"cadence": ""},
        ("Purpose", "What it watches", "Terms of reference agreed on"),
    ),
    "person": Form(
        lambda: f"/admin/people/{db.session.query(Person.id).filter_by(email='worker00001@demo.example').scalar()}",
        "admin",
        "secretary",
        {"name": "Mine O’Name"},
        {"job_title": "Theirs", "roles": ["staff", "viewer"]},
        ("job_title", "Theirs", "Mine"),
        {"name": ""},
        ("Job title", "Roles"),
    ),
    "agency": Form(
        lambda: f"/admin/agencies/{_of(Agency, 'Alder College')}",
        "admin",
        "secretary",
        {"kind": "health"},
        {"name": "Theirs"},
        ("name", "Theirs", "Mine"),
        {"kind": ""},
        ("Name",),
    ),
    "team": Form(
        lambda: f"/admin/teams/{_of(Team, 'Assessment')}",
        "admin",
        "secretary",
        {"parent": ""},
        {"name": "Theirs"},
        ("name", "Theirs", "Mine"),
        {"parent": "999999"},
        ("Name",),
    ),
}
FORMS["action in its row"] = replace(FORMS["action"], htmx=True)
# It has one field: nothing to take over.
PROFESSION = Form(
    lambda: f"/admin/professions/{_of(Profession, 'Teacher')}",
    "admin",
    "secretary",
    {},
    {},
    ("name", "Theirs", "Mine"),
    {"name": ""},
    (),
)
each_form = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
each_field = pytest.mark.parametrize("form", [*FORMS.values(), PROFESSION], ids=[*FORMS, "profession"])


class Desk:
    """Somebody with one form open."""

    def __init__(self, browser: Browser, url: str, htmx: bool) -> None:
        self.browser, self.url, self.htmx = browser, url, htmx
        self.open()

    def open(self) -> "Desk":
        self.page = self.browser.get(self.url, htmx=self.htmx)
        return self

    @property
    def fields(self) -> dict[str, list[str]]:
        """What stands in the form: texts by name, without what it carries for the site."""
        kept = form_data(next(f for f in self.page.all("form") if f["action"] == self.url))
        return {
            name: texts for name, texts in kept.items() if name not in ("csrf_token", "version", "terms_of", "knows")
        }

    @property
    def recorded(self) -> dict[str, list[Any]]:
        """The form as it is drawn afresh; an action's note is read where it stands, for its box begins empty."""
        here, self.page = self.page, self.browser.get(self.url, htmx=self.htmx)
        found, self.page = self.fields, here
        if "note" in found:
            with self.browser.site.app.app_context():
                found["note"] = [the(db.session.scalars(select(RagUpdate.note).order_by(desc(RagUpdate.id))).first())]
                db.session.remove()
        return found

    @property
    def words(self) -> str:
        return " ".join(self.page.tags[0].text.split()) if self.htmx else self.page.words

    @property
    def buttons(self) -> list[str]:
        form = next(f for f in self.page.all("form") if f["action"] == self.url)
        return [" ".join(child.text.split()) for child in form.children if child.name in ("button", "a")]

    def send(self, fill: dict[str, object], *, expect: int) -> "Desk":
        """Send the form as it stands, with `fill` on top, as a browser sends lines."""
        form = next(f for f in self.page.all("form") if f["action"] == self.url)
        data = form_data(form) | fill
        data = {name: _crlf(value) for name, value in data.items()}
        self.page = self.browser.post(
            self.url, data, expect=200 if expect == 303 and self.htmx else expect, htmx=self.htmx
        )
        return self


def _crlf(value: Any) -> Any:
    """As a browser sends it: it reads every line end alike, and sends them all as two characters."""
    if isinstance(value, list):
        return [_crlf(text) for text in value]
    return value.replace("\r\n", "\n").replace("\n", "\r\n")


@pytest.fixture
def desk(site: Site, browser: Browsers) -> Callable[[Form, str], Desk]:
    """`desk(form, account)`: that person with the form open. Everybody may open every form."""
    with site.app.app_context():
        for account, role in (("secretary", Role.ADMINISTRATOR), ("manager", Role.DATA_STEWARD)):
            who = db.session.query(Person.id).filter_by(email=f"{account}@demo.example").scalar()
            db.session.add(RoleGrant(person_id=who, role=role))
        db.session.commit()
        db.session.remove()

    def sit(form: Form, account: str) -> Desk:
        with site.app.app_context():
            url = form.address()
            db.session.remove()
        return Desk(browser(account), url, form.htmx)

    return sit


def _as_texts(fill: dict[str, Any]) -> dict[str, list[str]]:
    return {name: value if isinstance(value, list) else [value] for name, value in fill.items()}


@each_form
def test_what_i_did_not_touch_stays_theirs(desk: Callable[[Form, str], Desk], form: Form) -> None:
    me, them = desk(form, form.me), desk(form, form.them)
    them.send(form.theirs, expect=303)
    me.send(form.mine, expect=409)
    assert {name: me.fields[name] for name in form.theirs} == _as_texts(form.theirs)
    told = me.words.partition("also changed what you had left as it was. The form below holds theirs now:")[2]
    assert all(label in told.partition("Save")[0] for label in form.labels)
    assert {"Save mine anyway", "Keep theirs"} <= set(me.buttons)
    me.send({}, expect=303)
    both = _as_texts(form.theirs) | _as_texts(form.mine)
    assert {name: texts for name, texts in me.recorded.items() if name in both} == both


@each_field
def test_where_both_wrote_both_are_shown_and_mine_wins_by_choice(desk: Callable[[Form, str], Desk], form: Form) -> None:
    name, theirs, mine = form.same
    me, them = desk(form, form.me), desk(form, form.them)
    them.send({name: theirs}, expect=303)
    me.send({name: mine}, expect=409)
    assert f"Theirs: {theirs} Yours: {mine}" in me.words
    assert "had left as it was" not in me.words
    assert me.fields[name] == [mine]
    assert me.recorded[name] == [theirs]
    me.send({}, expect=303)
    assert me.recorded[name] == [mine]


@each_form
def test_refused_first_and_stale_after_it(desk: Callable[[Form, str], Desk], form: Form) -> None:
    me, them = desk(form, form.me), desk(form, form.them)
    before = me.fields["drawn"]
    me.send(form.mine | form.wrong, expect=422)
    assert me.fields["drawn"] == before
    them.send(form.theirs, expect=303)
    me.send(form.mine | ({"note": ""} if form.is_action else {}), expect=409)
    assert {name: me.fields[name] for name in form.theirs} == _as_texts(form.theirs)
    me.send({}, expect=303)
    both = _as_texts(form.theirs) | _as_texts(form.mine)
    assert {name: texts for name, texts in me.recorded.items() if name in both} == both


@each_form
def test_stale_first_refused_after_it_and_stale_once_more(desk: Callable[[Form, str], Desk], form: Form) -> None:
    me, them = desk(form, form.me), desk(form, form.them)
    name, theirs, _ = form.same
    them.send(form.theirs, expect=303)
    me.send(form.mine, expect=409)
    base = me.fields["drawn"]
    me.send(form.wrong, expect=422)
    assert me.fields["drawn"] == base
    assert "Save mine anyway" in me.words and "Keep theirs" in me.words
    me.send(form.wrong, expect=422)
    assert "Save mine anyway" in me.words and "Keep theirs" in me.words
    untouched = {"note": _crlf(form.theirs["note"])} if form.is_action else {}
    them.open().send({name: f"{theirs}9"} if theirs.isdigit() else {name: f"{theirs} Again."}, expect=303)
    me.send(form.mine | untouched, expect=409)
    assert me.fields[name][0].endswith(("9", " Again."))
    me.send({}, expect=303)
    assert me.recorded[name][0].endswith(("9", " Again."))
    assert "Save mine anyway" not in me.open().words


def _packed(**fields: object) -> str:
    return json.dumps(fields)


HOSTILE = {
    "missing": None,
    "empty": "",
    "not JSON": "{drawn",
    "a list": "[]",
    "a number": "9" * 5000,
    "null": "null",
    "nested": "[" * 90_000,
    "nested objects": '{"name":' * 9_000,
    "large": _packed(name=["x" * 900_000]),
    "wrong types": _packed(name=1, note={"a": 1}, permanent=[1], purpose=None, kind=[["x"]], parent=True),
    "half characters": '{"name":["\\ud800"],"note":["\\udfff"],"x\\ud800":["\\ud800"],"note-stood":["\\ud800"]}',
    "NUL": _packed(name=["\0"], note=["\0"]) + "\0",
    "NUL in JSON": _packed(name=["\0"], note=["\0"], purpose=["\0"], permanent=["\0"], **{"\0": ["\0"]}),
    "boxes that are not three": _packed(agreed_on=["1"], roles=["x"] * 5000, rag=["purple", "red"]),
    "markup": _packed(name=['"><script>alert(1)</script>']),
}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
@each_form
def test_what_was_drawn_is_never_trusted(desk: Callable[[Form, str], Desk], form: Form, hostile: str | None) -> None:
    """It counts as if everything had been changed: nothing of mine is lost, and nothing breaks."""
    me, them = desk(form, form.me), desk(form, form.them)
    name, theirs, mine = form.same
    fill = {name: mine, "drawn": hostile} if hostile is not None else {name: mine, "drawn": []}
    me.send(form.mine | form.wrong | {"drawn": fill["drawn"]}, expect=422)
    assert len(me.fields["drawn"][0]) < 100_000
    me.open()
    them.send({name: theirs} | (form.theirs if name not in form.theirs else {}), expect=303)
    me.send(form.mine | fill, expect=409)
    assert "<script>" not in me.browser.response.text
    assert me.fields[name] == [mine]
    assert f"Theirs: {theirs} Yours: {mine}" in me.words
    me.send({}, expect=303)
    assert me.recorded[name] == [mine]


@pytest.mark.parametrize("form", [FORMS["action"], FORMS["action in its row"]], ids=["page", "row"])
def test_their_status_and_my_note(desk: Callable[[Form, str], Desk], form: Form) -> None:
    me, them = desk(form, form.me), desk(form, form.them)
    them.send({"rag": "red", "note": "Theirs", "route_to_green": "Theirs: June"}, expect=303)
    me.send({"note": "Mine"}, expect=409)
    assert "What has happened? Theirs: Theirs Yours: Mine" in me.words
    assert "How is it going? Red How does it get back to Green? Theirs: June" in me.words
    me.send({}, expect=303)
    found = me.recorded
    assert (found["rag"], found["note"], found["route_to_green"]) == (["red"], ["Mine"], ["Theirs: June"])


@pytest.mark.parametrize("form", [FORMS["action"], FORMS["action in its row"]], ids=["page", "row"])
def test_a_note_that_stood_already_is_nobodys_change(site: Site, desk: Callable[[Form, str], Desk], form: Form) -> None:
    """The box for a note begins empty: an older note is not taken for a colleague's, whatever else they did."""
    with site.app.app_context():
        rag_update(action_id("2.1"), Rag.GREEN, "An old note", "")
        db.session.commit()
        db.session.remove()
    me, them = desk(form, form.me), desk(form, form.them)
    them.send({"rag": "amber", "note": "An old note", "route_to_green": "Theirs"}, expect=303)
    me.send({"rag": "complete"}, expect=409)
    assert me.fields["note"] == [""]
    me.send({"note": "Mine"}, expect=303)
    assert me.recorded["note"] == ["Mine"]


def test_a_sign_in_that_was_lost_carries_what_was_drawn_and_does_not_show_it(
    desk: Callable[[Form, str], Desk], clock: FrozenClock
) -> None:
    form = FORMS["person"]
    mine = desk(form, "admin")
    me = mine.browser
    clock.at += timedelta(hours=13)
    me.submit("Save", form.mine, expect=401)
    desk(form, "secretary").send(form.theirs, expect=303)
    me.submit("Sign in", {"email": "admin@demo.example", "password": PASSWORD}, expect=200)
    assert "Mine O’Name" in me.page.words
    assert "Drawn" not in me.page.words and "Version" not in me.page.words
    me.submit("Send it now", expect=409)
    me.submit("Save mine anyway")
    found = mine.recorded
    assert (found["name"], found["job_title"]) == (["Mine O’Name"], ["Theirs"])
