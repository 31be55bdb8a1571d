"""Signing in, signing out, and a person's own account."""

import re
from urllib.parse import urlsplit

from flask import current_app, redirect, request, session, url_for
from flask_login import login_user
from itsdangerous import BadSignature, URLSafeSerializer, URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from wfsite.config import Settings
from wfsite.core.errors import Missing, RuleBroken
from wfsite.core.permissions import Permission
from wfsite.extensions import db
from wfsite.people import queries, signing_in
from wfsite.people.forms import ChangePasswordForm, SetPasswordForm, SignInForm
from wfsite.people.loading import load_actor
from wfsite.people.passwords import check_password, password_fits, password_hash
from wfsite.people.blueprint import blueprint
from wfsite.web.access import acting, actor_or_none, public, requires
from wfsite.web.fields import add_errors
from wfsite.web.params import now
from wfsite.web.respond import page, see
from wfsite.web.transaction import keep_despite_refusal

_DEVICE_COOKIE = "wfsite-device"
_A_YEAR = 365 * 24 * 3600
LINK_LASTS_SECONDS = 7 * 24 * 3600


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def _demo() -> dict[str, object]:
    """The demo's accounts and password, which nothing but the demo may print."""
    if not _settings().demo:
        return {}
    from wfsite.demo.people import ACCOUNTS, DOMAIN, PASSWORD  # the demo is a higher room: only the demo reaches it

    return {
        "demo_password": PASSWORD,
        "demo_accounts": [(f"{key}@{DOMAIN}", words) for key, _, _, _, words in ACCOUNTS],
    }


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public("people sign in here")
def sign_in() -> Response:
    """Email and password; then where the person was going."""
    if request.method == "GET" and actor_or_none():
        return redirect(_safe_next(), 303)  # type: ignore[return-value]
    form = SignInForm()
    if request.method == "GET":
        return page("people/sign_in.html", form=form, next=request.args.get("next", ""), **_demo())
    email = (form.email.data or "") if form.validate() else ""
    device = _device()
    found = signing_in.credentials_for(email, device=device, key=_settings().secret_key, now=now())
    db.session.rollback()  # hold no write lock during the slow hash
    if not password_fits(form.password.data or "", found.stored_hash) or found.person_id is None:
        signing_in.sign_in_refused(found, now=now())
        keep_despite_refusal()
        form.email.errors = [signing_in.WRONG]
        return page("people/sign_in.html", status=422, form=form, next=request.form.get("next", ""), **_demo())
    return _enter(found.person_id, bucket=found.bucket, device=device)


def _enter(person_id: int, *, device: str, bucket: bytes | None = None) -> Response:
    """Start a sign-in and send the person where they were going."""
    token = signing_in.sign_in_start(person_id, bucket=bucket, now=now())
    session.clear()
    login_user(load_actor(token))
    response = redirect(_safe_next(), 303)
    signer = URLSafeSerializer(_settings().secret_key, "device")
    response.set_cookie(
        _DEVICE_COOKIE,
        signer.dumps(device or token[:16]),
        max_age=_A_YEAR,
        secure=_settings().is_https,
        httponly=True,
        samesite="Lax",
    )
    return response  # type: ignore[return-value]


def _device() -> str:
    """The name of this browser if it has signed in before, else ""."""
    try:
        return str(URLSafeSerializer(_settings().secret_key, "device").loads(request.cookies.get(_DEVICE_COOKIE, "")))
    except BadSignature:
        return ""


def _safe_next() -> str:
    """The page to go to after signing in: a path of this site that exists, or home."""
    wanted = request.values.get("next", "")
    if re.match(r"/(?![/\\])[^\s\\]*\Z", wanted):
        try:
            current_app.url_map.bind("").match(urlsplit(wanted).path, method="GET")
        except (HTTPException, ValueError):
            return url_for("home.home")
        return wanted
    return url_for("home.home")


@blueprint.post("/sign-out")
@requires(Permission.HOME_READ)
def sign_out() -> Response:
    """End this sign-in at once, and tell the browser to forget the pages."""
    signing_in.sign_in_end(acting().sign_in_token, now=now())
    session.clear()
    response = see(url_for("people.sign_in"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@blueprint.route("/account", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_CHANGE)
def account() -> Response:
    """What the site knows of me, and my password."""
    actor = acting()
    form = ChangePasswordForm()
    if request.method == "GET":
        return page("people/account.html", form=form, person=queries.person_page(actor.person_id), changed="changed" in request.args)
    form.validate()
    stored = signing_in.stored_hash(actor.person_id)
    db.session.rollback()  # hold no write lock during the slow hash
    try:
        check_password(form.new_password.data or "", council=_settings().council_name, field="new_password")
        if not password_fits(form.current_password.data or "", stored):
            raise RuleBroken("current_password", "Current password is wrong")
        hashed = password_hash(form.new_password.data or "")
        signing_in.password_set(actor.person_id, hashed, but=actor.sign_in_token, now=now())
    except RuleBroken as error:
        add_errors(form, error)
        return page("people/account.html", status=422, form=form, person=queries.person_page(actor.person_id), changed=False)
    return see(url_for("people.account", changed=1))


@blueprint.route("/set-password/<token>", methods=["GET", "POST"])
@public("whoever holds the link sets their password")
def set_password(token: str) -> Response:
    """A first or forgotten password, from a link that works once and for a week."""
    person_id = _person_of_link(token)
    if person_id is None:
        return page("people/link_expired.html", status=404)
    form = SetPasswordForm()
    if request.method == "GET":
        return page("people/set_password.html", form=form)
    form.validate()
    db.session.rollback()  # hold no write lock during the slow hash
    try:
        check_password(form.password.data or "", council=_settings().council_name)
        signing_in.password_set(person_id, password_hash(form.password.data or ""), now=now())
    except RuleBroken as error:
        add_errors(form, error)
        return page("people/set_password.html", status=422, form=form)
    return _enter(person_id, device=_device())


def password_link_token(person_id: int) -> str:
    """The secret part of a set-password link; it dies when the password changes, and after a week."""
    seal = (signing_in.stored_hash(person_id) or "")[-16:]
    return URLSafeTimedSerializer(_settings().secret_key, "set-password").dumps([person_id, seal])


def _person_of_link(token: str) -> int | None:
    try:
        person_id, seal = URLSafeTimedSerializer(_settings().secret_key, "set-password").loads(
            token, max_age=LINK_LASTS_SECONDS
        )
    except (BadSignature, ValueError, TypeError):
        return None
    try:
        queries.person_page(person_id)
    except Missing:
        return None
    return int(person_id) if (signing_in.stored_hash(person_id) or "")[-16:] == seal else None
