"""Signing in, signing out, and a person's own account."""

import secrets
from dataclasses import replace

from flask import current_app, g, redirect, session, url_for
from flask_login import login_user
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from wfsite.config import Settings
from wfsite.core.contributions import OPEN_ACCOUNTS
from wfsite.core.errors import RuleBroken, Stale, TooMany
from wfsite.core.permissions import Permission, Role
from wfsite.people import queries, signing_in
from wfsite.people.blueprint import blueprint
from wfsite.people.credentials import Renewed, credential_of, tell_renewed
from wfsite.people.forms import ChangePasswordForm, SetPasswordForm, SignInForm
from wfsite.people.loading import load_actor
from wfsite.people.password_links import person_of_link
from wfsite.people.passwords import check_password, password_fits, password_hash
from wfsite.people.signing_in import Device
from wfsite.web import form_tokens, kept_forms
from wfsite.web.access import acting, actor_or_none, public, requires
from wfsite.web.fields import add_errors
from wfsite.web.gathering import contributions
from wfsite.web.going_back import address_here, endpoint_of, page_before, way_back
from wfsite.web.params import cookie_text, form_text, is_reading, now, query_flag, query_text
from wfsite.web.respond import hx_redirect, hx_whole, is_htmx, page, see
from wfsite.web.transaction import after_commit, keep_despite_refusal, let_go

_DEVICE_COOKIE = "wfsite-device"
_A_YEAR = 365 * 24 * 3600
_LONGEST_NEXT = 2000
# Names from before held characters of a sign-in's token and were shorter: they are known once more, then replaced.
_DEVICE_NAME_BYTES = 16


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public("people sign in here")
def sign_in() -> Response:
    """Email and password; then where the person was going."""
    if is_reading() and actor_or_none():
        return redirect(_safe_next(), 303)
    form = SignInForm()
    if is_reading():
        return _sign_in_page(form, back=_wanted_next(), ended="_user_id" in session or query_flag("ended"))
    if not form.validate():  # no address at all: nobody's, and no guess at anybody's password
        return _wrong(form)
    device = _device()
    try:
        found = signing_in.credentials_for(form.email.data, device=device, key=_settings().secret_key, now=now())
    except TooMany as error:
        form.email.errors = [error.message]
        response = _not_yet(form, status=429)
        response.headers["Retry-After"] = str(error.seconds)
        return response
    let_go()  # hold no write lock during the slow hash
    if not password_fits(form.password.data or "", found.stored_hash) or found.person_id is None:
        signing_in.sign_in_refused(found, now=now())
        keep_despite_refusal()
        return _wrong(form)
    return _enter(found.person_id, found.stored_hash, bucket=found.bucket, device=device)


def _wrong(form: SignInForm) -> Response:
    """The same words whatever was wrong."""
    form.email.errors = [signing_in.WRONG]
    return _not_yet(form, status=422)


def _not_yet(form: SignInForm, *, status: int) -> Response:
    """The page once more, with all that it held for whoever signs in."""
    kept = kept_forms.waiting()
    return _sign_in_page(form, status=status, back=_wanted_next(), kept=kept, ended=bool(kept))


def _sign_in_page(
    form: SignInForm, *, status: int = 200, back: str, kept: str = "", ended: bool = False, lost: str = ""
) -> Response:
    """The page, with the address to go on to and the form that waits to be sent again.

    `ended`: somebody was signed in; `lost`: why what they sent then is not kept here ("never-kept" or "too-long").
    """
    return page(
        "people/sign_in.html",
        status=status,
        form=form,
        next=back,
        kept=kept,
        ended=ended,
        lost=lost,
        open_accounts=[one.offer() for one in contributions().of(OPEN_ACCOUNTS)],
    )


def sign_in_first() -> Response:
    """The answer to whoever asks for a page, or sends a form, without being signed in (or not as whose page it was)."""
    if not is_reading():
        return _instead_of_sending()
    here = address_here()
    if is_htmx():  # a part of a page, so a page was open
        return hx_redirect(url_for("people.sign_in", next=page_before() or here, ended=1))
    return redirect(url_for("people.sign_in", next=None if here == "/" else here), 303)


def _instead_of_sending() -> Response:
    """The sign-in page in answer to a form: nothing was done, and what was typed waits here for its owner (401)."""
    waiting = kept_forms.waiting()
    posted = None if waiting else kept_forms.posted_form()
    kept = waiting or kept_forms.envelope(posted)
    lost = "" if kept else "too-long" if posted else "never-kept" if kept_forms.anything_posted() else ""
    back = (_wanted_next() if waiting else way_back()) or "/"
    response = _sign_in_page(SignInForm(formdata=None), status=401, back=back, kept=kept, ended=True, lost=lost)
    return hx_whole(response) if is_htmx() else response


blueprint.record(lambda state: state.app.extensions.__setitem__("sign_in_first", sign_in_first))


def _enter(person_id: int, stored_hash: str | None, *, device: Device | None, bucket: bytes | None = None) -> Response:
    """Start a sign-in by a password that was checked, and send the person on, or show the form that waited."""
    if before := actor_or_none():
        signing_in.sign_in_end(before.sign_in_token, now=now())
    token = signing_in.sign_in_start(person_id, bucket=bucket, now=now())
    # Nothing that somebody planted in this browser before lives on, nor the token of the page that was left.
    session.clear()
    g.pop("csrf_token", None)
    credential = credential_of(person_id, stored_hash, key=_settings().secret_key)
    actor = load_actor(f"{person_id}.{credential}.{token}")
    if actor is None:
        raise Stale("This account was changed while you signed in. Go back and sign in again.", theirs=None)
    login_user(actor)
    session[form_tokens.FIELD] = form_tokens.token_for(person_id)
    kept = kept_forms.opened(kept_forms.waiting(), person_id=person_id)
    response = kept_forms.send_again(kept, back=_safe_next()) if kept else redirect(_safe_next(), 303)
    response.set_cookie(
        _DEVICE_COOKIE,
        URLSafeSerializer(_settings().secret_key, "device").dumps([person_id, _device_name(device, person_id)]),
        max_age=_A_YEAR,
        secure=_settings().is_https,
        httponly=True,
        samesite="Lax",
    )
    return response


def _device_name(device: Device | None, person_id: int) -> str:
    """The name by which this browser is known for somebody: the one it has, else a random one."""
    mine = device and device.person_id == person_id and len(device.name) == 2 * _DEVICE_NAME_BYTES
    return device.name if device and mine else secrets.token_hex(_DEVICE_NAME_BYTES)


def _device() -> Device | None:
    """This browser, if somebody has signed in with it before."""
    try:
        person_id, name = URLSafeSerializer(_settings().secret_key, "device").loads(cookie_text(_DEVICE_COOKIE))
    except (BadSignature, ValueError, TypeError):
        return None
    return Device(person_id, name)


def _wanted_next() -> str:
    return form_text("next")[:_LONGEST_NEXT] or query_text("next", most=_LONGEST_NEXT)


def _safe_next() -> str:
    """The page to go to after signing in: a path of this site that exists, or home."""
    wanted = _wanted_next()
    return wanted if endpoint_of(wanted) else url_for("home.home")


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
    if is_reading():
        return _account_page(form, changed=bool(query_text("changed")))
    form.validate()
    found = signing_in.credentials_for(actor.email, device=_device(), key=_settings().secret_key, now=now())
    let_go()  # hold no write lock during the slow hash
    try:
        check_password(form.new_password.data or "", council=_settings().council_name, field="new_password")
        if not password_fits(form.current_password.data or "", found.stored_hash):
            signing_in.sign_in_refused(found, now=now())
            keep_despite_refusal()
            raise RuleBroken("current_password", "Current password is wrong")
        hashed = password_hash(form.new_password.data or "")
        signing_in.password_set(actor.person_id, hashed, but=actor.sign_in_token, now=now())
    except RuleBroken as error:
        add_errors(form, error)
        return _account_page(form, status=422)
    renew = Renewed(
        actor.person_id, actor.credential, credential_of(actor.person_id, hashed, key=_settings().secret_key)
    )
    # The cookie stays as it was where the new password is not kept.
    after_commit(lambda: login_user(replace(actor, credential=renew.after)))
    after_commit(lambda: tell_renewed(renew))
    return see(url_for("people.account", changed=1))


def _account_page(form: ChangePasswordForm, *, status: int = 200, changed: bool = False) -> Response:
    actor = acting()
    person = queries.person_page(actor.person_id)
    # Those that they were given, and those that their seats on groups give them.
    roles = [role for role in Role if role in actor.roles]
    return page("people/account.html", status=status, form=form, person=person, roles=roles, changed=changed)


@blueprint.route("/set-password/<token>", methods=["GET", "POST"])
@public("whoever holds the link sets their password")
def set_password(token: str) -> Response:
    """A first or forgotten password, from a link that works once and for a week."""
    person_id = person_of_link(token, key=_settings().secret_key, at=now())
    if person_id is None:
        return page("people/link_expired.html", status=404)
    form = SetPasswordForm()
    if is_reading():
        return page("people/set_password.html", form=form, person=queries.person_page(person_id))
    form.validate()
    let_go()  # hold no write lock during the slow hash
    try:
        check_password(form.password.data or "", council=_settings().council_name)
        hashed = password_hash(form.password.data or "")
        # Two who press the button at once: the first uses the link up, the second waits here and finds it used.
        signing_in.account_hold(person_id)
        if person_of_link(token, key=_settings().secret_key, at=now()) is None:
            return page("people/link_expired.html", status=404)
        signing_in.password_set(person_id, hashed, now=now())
    except RuleBroken as error:
        add_errors(form, error)
        return page("people/set_password.html", status=422, form=form, person=queries.person_page(person_id))
    return _enter(person_id, hashed, device=_device())
