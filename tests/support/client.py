"""A signed-in browser without JavaScript: expects a status, checks every page, follows links and forms."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.engines import Site
from tests.support.html import Page, Tag, check_page
from wfsite.demo.people import DOMAIN
from wfsite.extensions import db
from wfsite.people.credentials import credentials_of
from wfsite.people.models import Person
from wfsite.people.signing_in import sign_in_start
from wfsite.web.form_tokens import token_for

TOKEN_FIELD = "csrf_token"


class Browser:
    """One person's browser. `page` is the last page, `response` the last answer."""

    def __init__(self, site: Site, account: str | None = None) -> None:
        self.site = site
        self.client: FlaskClient = site.app.test_client()
        self.response: TestResponse
        self.page: Page
        self.url = "/"
        if account:
            self._sign_in(account)

    def _sign_in(self, account: str) -> None:
        with self.site.app.app_context():
            email = account if "@" in account else f"{account}@{DOMAIN}"
            person_id = db.session.query(Person.id).filter_by(email=email).scalar()
            assert person_id, f"nobody has the address {email}"
            token = sign_in_start(person_id, now=self.site.clock())
            key = self.site.app.extensions["settings"].secret_key
            credential = credentials_of([person_id], key=key)[person_id] or ""
            db.session.commit()
            db.session.remove()
        with self.client.session_transaction() as session:
            session["_user_id"] = f"{person_id}.{credential}.{token}"
            session[TOKEN_FIELD] = token_for(person_id)

    def get(self, url: str, *, expect: int = 200, htmx: bool = False, **kwargs: Any) -> Page:
        """Fetch a page; redirects are not followed."""
        return self._seen(self.client.get(url, headers=_headers(htmx), **kwargs), url, expect, htmx)

    def post(self, url: str, data: dict[str, Any] | None = None, *, expect: int = 303, htmx: bool = False) -> Page:
        """Post a form with a good token; `data` values may be lists or (stream, name) files."""
        body = {TOKEN_FIELD: self.token(), **(data or {})}
        return self._seen(self.client.post(url, data=body, headers=_headers(htmx)), url, expect, htmx)

    def post_large(self, url: str, data: dict[str, str], name: str, content: bytes, *, expect: int = 303) -> Page:
        """Post a form with a large file from memory: the test client would leave a temporary one open."""
        fields = [f'name="{key}"\r\n\r\n{value}'.encode() for key, value in {TOKEN_FIELD: self.token(), **data}.items()]
        fields.append(f'name="file"; filename="{name}"\r\n\r\n'.encode() + content)
        body = b"".join(b"--x\r\nContent-Disposition: form-data; " + field + b"\r\n" for field in fields) + b"--x--\r\n"
        answer = self.client.post(url, data=body, content_type="multipart/form-data; boundary=x")
        return self._seen(answer, url, expect, False)

    def follow(self, *, expect: int = 200) -> Page:
        """Go where the last answer redirects."""
        return self.get(self.response.headers["Location"], expect=expect)

    def link(self, words: str) -> Page:
        """Follow the only link of the page with these words."""
        found = [a for a in self.page.all("a") if " ".join(a.text.split()) == words]
        assert len(found) == 1, f"{len(found)} links say {words!r}: {[a.text.strip() for a in self.page.all('a')]}"
        return self.get(found[0]["href"])

    def submit(self, button: str, fill: dict[str, Any] | None = None, *, expect: int = 303) -> Page:
        """Press the only button with these words, its form filled in as a person would."""
        form, pressed = self._form_with(button)
        data: dict[str, Any] = form_data(form)
        if pressed["name"]:
            data[pressed["name"]] = pressed["value"]
        data |= fill or {}
        url = pressed["formaction"] or form["action"] or self.url
        if form["method"].lower() == "post":
            return self._seen(self.client.post(url, data=data), url, expect, False)
        return self._seen(self.client.get(url, query_string=data), url, expect, False)

    def _form_with(self, button: str) -> tuple[Tag, Tag]:
        found = [
            (form, child)
            for form in self.page.all("form")
            for child in form.children
            if child.name == "button" and " ".join(child.text.split()) == button
        ]
        assert len(found) == 1, f"{len(found)} buttons say {button!r}"
        return found[0]

    def token(self) -> str:
        """A CSRF token of this browser's session."""
        with self.site.app.test_request_context():
            from flask import session as flask_session
            from flask_wtf.csrf import generate_csrf

            with self.client.session_transaction() as kept:
                flask_session.update(kept)
                token = generate_csrf()
                kept["csrf_token"] = flask_session["csrf_token"]
        return str(token)

    def _seen(self, response: TestResponse, url: str, expect: int, htmx: bool) -> Page:
        self.response = response
        text = response.get_data(as_text=True) if not response.is_streamed or response.mimetype == "text/html" else ""
        assert response.status_code == expect, f"{url}: {response.status_code}, not {expect}\n{_main(text)[:3000]}"
        if response.mimetype == "text/html" and response.status_code not in (301, 302, 303, 308):
            whole = "<html" in text
            assert whole or htmx or not text, "a fragment for a request that was not htmx"
            self.page = check_page(text, whole=whole)
            self.url = response.request.path if response.request else url
        else:
            self.page = Page("")
        return self.page


def form_data(form: Tag) -> dict[str, Any]:
    """What a browser would send for a form as it stands."""
    data: dict[str, Any] = {}
    for child in form.children:
        name = child["name"]
        if not name or "disabled" in child.attrs:
            continue
        if child.name == "input":
            if child["type"] in ("checkbox", "radio"):
                if "checked" in child.attrs:
                    data.setdefault(name, []).append(child["value"] or "on")
            elif child["type"] not in ("submit", "file"):
                data.setdefault(name, []).append(child["value"])
        elif child.name == "textarea":
            data.setdefault(name, []).append(child.text.removeprefix("\n"))
        elif child.name == "select":
            options = [o for o in child.children if o.name == "option"]
            chosen = [o for o in options if "selected" in o.attrs] or options[:1]
            data.setdefault(name, []).extend(o["value"] if "value" in o.attrs else o.text for o in chosen)
    return data


def _headers(htmx: bool) -> dict[str, str]:
    return {"HX-Request": "true"} if htmx else {}


def _main(html: str) -> str:
    return html[html.find("<main") :] if "<main" in html else html
