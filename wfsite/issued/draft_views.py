"""Pages of whoever writes: starting a report, its words and figures, asking for approval, issuing."""

from collections.abc import Callable, Mapping
from datetime import datetime

from flask import url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from wfsite.audit.queries import last_hand
from wfsite.core.actor import Actor
from wfsite.core.errors import Conflict, Missing, RuleBroken
from wfsite.core.permissions import Permission
from wfsite.issued import open_queries, services
from wfsite.issued.blueprint import blueprint
from wfsite.issued.forms import CorrectForm, StartForm, recorded_words, words_form, words_of
from wfsite.issued.kinds import DocumentKind
from wfsite.issued.pages import acts_of, edition_found, edition_read, refused
from wfsite.issued.queries import EditionPage
from wfsite.issued.registered import kind_called, kinds
from wfsite.issued.rules import DocumentState, Step, check_move
from wfsite.web.access import acting, requires
from wfsite.web.edit_flow import Beside, drawn_again, held, packed, stale_form
from wfsite.web.fields import add_errors
from wfsite.web.params import form_version, is_reading, now
from wfsite.web.respond import page, see
from wfsite.web.transaction import let_go

Act = Callable[..., None]
# The names of what may be written about, by kind and subject.
Subjects = Mapping[tuple[str, str], str]


@blueprint.route("/reports/new", methods=["GET", "POST"])
@requires(Permission.REPORT_DRAFT)
def document_new() -> Response:
    """Choose what a report is about; its draft begins with today's figures."""
    actor, at = acting(), now()
    form = StartForm()
    subjects = _subjects(actor, at)
    if is_reading():
        return _new_page(form, subjects)
    # What somebody else has begun meanwhile may still be sent: it leads to their draft.
    form.subject.choices = _choices(subjects)
    if not form.validate():
        return _new_page(form, subjects, status=422)
    key, _, subject = form.subject.data.partition(" ")
    try:
        edition_id = services.document_start(kind_called(key), subject, by=actor, at=at)
    except Conflict as conflict:
        return _new_page(form, subjects, status=409, refusal=conflict.message)
    return _seen(edition_id, "started" if edition_read(edition_id).author_id == actor.person_id else "begun")


def _new_page(form: StartForm, subjects: Subjects, *, status: int = 200, refusal: str = "") -> Response:
    """The form, which offers what nobody has written about yet."""
    taken = open_queries.subjects_taken(subjects)
    form.subject.choices = _choices({of: name for of, name in subjects.items() if of not in taken})
    return page("issued/document_new.html", status=status, form=form, refusal=refusal)


def _subjects(actor: Actor, at: datetime) -> Subjects:
    """What there is to write about for `actor`, by kind and subject."""
    return {
        (key, subject): f"{kind.name}: {name}"
        for key, kind in kinds().items()
        if kind.drafts(actor)
        for subject, name in kind.subjects(at=at)
    }


def _choices(subjects: Subjects) -> list[tuple[str, str]]:
    """As the form holds them: ("quarter-attendance 2026-q3", its name)."""
    return [(f"{key} {subject}", name) for (key, subject), name in subjects.items()]


@blueprint.route("/reports/<id:edition_id>/edit", methods=["GET", "POST"])
@requires(Permission.REPORT_DRAFT)
def document_edit(edition_id: int) -> Response:
    """The author's words: a summary, and a comment on each section."""
    found = _draftable(edition_id)
    sections = found.content.built.sections
    form = words_form(sections, recorded_words(found.content.words, sections))
    if is_reading():
        try:
            check_move(Step.WORDS, found.state)
        except Conflict as conflict:
            return refused(edition_id, conflict.message)
        return _edit_page(found, form, version=found.version, drawn=packed(held(form)))
    if not form.validate():
        return _edit_page(found, form, status=422, version=form_version(), drawn=drawn_again())
    try:
        services.document_words_save(
            edition_id, kind_called(found.kind), words_of(form), version=form_version(), by=acting(), at=now()
        )
    except Conflict as conflict:
        let_go()
        return _edit_in_conflict(edition_read(edition_id), form, conflict)
    return _seen(edition_id, "words")


def _draftable(edition_id: int) -> EditionPage:
    """An edition whose kind the person signed in drafts; raises `Missing`."""
    found = edition_read(edition_id)
    if not kind_called(found.kind).drafts(acting()):
        raise Missing
    return found


def _edit_in_conflict(found: EditionPage, form: FlaskForm, conflict: Conflict) -> Response:
    """Theirs beside mine; where it is no draft any longer, mine to copy."""
    if found.state is not DocumentState.DRAFT:
        return _edit_page(found, form, status=409, version=found.version, drawn=drawn_again(), closed=conflict.message)
    recorded = recorded_words(found.content.words, found.content.built.sections)
    hand = last_hand(("issued_edition", found.id), told_to=acting(), at=now())
    stale = stale_form(form, recorded, said=hand.changed("this draft"), hand=hand)
    return _edit_page(found, form, status=409, version=found.version, drawn=stale.drawn, stale=stale)


def _edit_page(
    found: EditionPage,
    form: FlaskForm,
    *,
    version: int,
    drawn: str,
    status: int = 200,
    stale: Beside | None = None,
    closed: str = "",
) -> Response:
    """The form; `closed` says why it can no longer be saved."""
    return page(
        "issued/document_edit.html",
        status=status,
        found=found,
        form=form,
        version=version,
        drawn=drawn,
        stale=stale,
        closed=closed,
    )


def _seen(edition_id: int, saved: str) -> Response:
    return see(url_for("issued.document_page", edition_id=edition_id, saved=saved))


def _pressed(edition_id: int, act: Act, saved: str) -> Response:
    """A button of an edition's page was pressed: done, or refused on the page as it stands now."""
    found = edition_read(edition_id)
    try:
        act(edition_id, kind_called(found.kind), version=form_version(), by=acting(), at=now())
    except RuleBroken as error:
        return refused(edition_id, f"{error}.", status=422)
    except Conflict as conflict:
        return refused(edition_id, conflict.message)
    return _seen(edition_id, saved)


@blueprint.post("/reports/<id:edition_id>/figures")
@requires(Permission.REPORT_DRAFT)
def document_figures(edition_id: int) -> Response:
    """Take today's figures again; the words stay."""
    return _pressed(edition_id, services.document_figures_take, "figures")


@blueprint.post("/reports/<id:edition_id>/ask")
@requires(Permission.REPORT_DRAFT)
def document_ask(edition_id: int) -> Response:
    """Ask for approval: the draft stands still from now on."""
    return _pressed(edition_id, services.document_ask, "asked")


@blueprint.post("/reports/<id:edition_id>/take-back")
@requires(Permission.REPORT_DRAFT)
def document_take_back(edition_id: int) -> Response:
    """Change it after all, before it is approved."""
    return _pressed(edition_id, services.document_take_back, "taken-back")


@blueprint.route("/reports/<id:edition_id>/issue", methods=["GET", "POST"])
@requires(Permission.REPORT_DRAFT)
def document_issue(edition_id: int) -> Response:
    """Publish what was approved, after a page that says what happens then."""
    if is_reading():
        found = edition_found(edition_id)
        try:
            check_move(Step.ISSUED, found.state)
        except Conflict as conflict:
            return refused(edition_id, conflict.message)
        if not acts_of(found, kind_called(found.kind), acting()).issue:
            raise Missing
        return page("issued/document_issue.html", found=found)
    return _pressed(edition_id, services.document_issue, "issued")


@blueprint.route("/reports/<id:edition_id>/correct", methods=["GET", "POST"])
@requires(Permission.REPORT_DRAFT)
def document_correct(edition_id: int) -> Response:
    """Start a new edition, saying what it corrects."""
    found, form = _draftable(edition_id), CorrectForm()
    if is_reading():
        return page("issued/document_correct.html", found=found, form=form)
    if form.validate():
        try:
            made = _corrected(found, form.reason.data)
        except RuleBroken as error:
            add_errors(form, error)
        except Conflict as conflict:
            let_go()
            return _correct_refused(edition_found(edition_id), form, conflict)
        else:
            return _seen(made, "started")
    return page("issued/document_correct.html", status=422, found=found, form=form)


def _correct_refused(found: EditionPage, form: CorrectForm, conflict: Conflict) -> Response:
    """Why no edition was started, the way to the one that there is, and what was typed."""
    leads_to = found.being_made or found.replaced_by
    return page(
        "issued/document_correct.html", status=409, found=found, form=form, refusal=conflict.message, leads_to=leads_to
    )


def _corrected(found: EditionPage, reason: str) -> int:
    kind: DocumentKind = kind_called(found.kind)
    return services.document_correct(found.id, kind, reason=reason, by=acting(), at=now())
