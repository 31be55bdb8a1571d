"""A database that does not answer at all: every page says so, signed in or not, and none falls over."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.support.engines import settings_for
from wfsite.app import create_app

_GONE = ("sqlite:////nowhere/at/all/wfsite.db", "postgresql+psycopg://nobody@127.0.0.1:1/nothing")


@pytest.fixture(params=_GONE, ids=["sqlite", "postgresql"])
def client(request: pytest.FixtureRequest, tmp_path: Path) -> FlaskClient:
    app = create_app(settings_for(request.param, tmp_path))
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = "1.credential.the token of somebody who had signed in"
    return client


@pytest.mark.parametrize("path", ["/", "/surveys", "/training/sessions", "/account"])
@pytest.mark.parametrize("htmx", [False, True])
def test_a_page_is_a_503_in_words(client: FlaskClient, path: str, htmx: bool) -> None:
    answer = client.get(path, headers={"HX-Request": "true"} if htmx else {})
    assert answer.status_code == 503
    assert "the service is busy" in answer.text
    assert ("<html" in answer.text) is not htmx
    assert answer.headers["Retry-After"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_other_errors_stay_what_they_are(client: FlaskClient) -> None:
    assert client.get("/no-such-page").status_code == 404
    assert client.put("/").status_code == 405
    monitor = client.application.test_client()
    assert monitor.get("/healthz").status_code == 200
    assert monitor.get("/readyz").status_code == 503
