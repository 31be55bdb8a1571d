"""A paper's page and files, for whoever may read it; its versions and standing, for whoever keeps it."""

import logging

from flask import current_app, url_for
from werkzeug.wrappers import Response

from wfsite.core.contributions import PaperSubject
from wfsite.core.errors import Busy, Missing, RuleBroken, Stale
from wfsite.core.permissions import Permission, Reach
from wfsite.papers import queries, services
from wfsite.papers.blueprint import blueprint
from wfsite.papers.forms import PaperAddForm, PaperEditForm, Sent, VersionForm, recorded, sent_file
from wfsite.papers.front_door import kept, opened, subject_to_keep
from wfsite.papers.queries import PaperPage
from wfsite.papers.rules import Stage, Standing
from wfsite.papers.services import NewVersion
from wfsite.papers.store import Store
from wfsite.web.access import acting, requires
from wfsite.web.downloads import kept_file
from wfsite.web.edit_flow import Beside, drawn_again, held, packed, stale_form
from wfsite.web.errors import error_page
from wfsite.web.fields import add_errors
from wfsite.web.params import as_at, as_at_of_file, form_version, is_reading, now, query_text
from wfsite.web.respond import page, see
from wfsite.web.uploads import takes_a_paper
from wfsite.web.waiting import waits_once_sent

__all__ = ["blueprint"]

log = logging.getLogger("wfsite.papers")

_GONE = "It was kept, and is no longer where it was kept or is damaged. It can be put back from a copy."
# What the page to which a form leads says was done.
_SAVED = {
    "added": "The paper is added",
    "version": "The version is added",
    "changed": "The paper is changed",
    "withdrawn": "The paper is withdrawn",
    "back": "The paper is shown again",
}


@blueprint.get("/papers/<id:paper_id>")
@requires(Permission.PAPER_READ)
def paper_page(paper_id: int) -> Response:
    """A paper with its versions, today or as it stood on another day."""
    when = as_at()
    found = opened(paper_id, seen_by=acting(), when=when)
    shown = found.shown
    return page(
        "papers/paper_page.html",
        status=422 if when.error else 200,
        paper=shown,
        title=(shown or found.now).title,
        paper_id=paper_id,
        subject=found.subject,
        versions=queries.paper_versions(paper_id, at=when.past_instant) if shown else (),
        history=queries.paper_history(paper_id) if found.subject.is_member and not when.is_past else (),
        keeps=found.subject.may_keep and found.subject.is_member and not when.is_past,
        when=when,
        saved=_SAVED.get(query_text("saved"), ""),
    )


@blueprint.get("/papers/<id:paper_id>/versions/<id:version_id>")
@requires(Permission.PAPER_READ)
def paper_file(paper_id: int, version_id: int) -> Response:
    """The file of a version, to be saved."""
    when = as_at_of_file()
    found = opened(paper_id, seen_by=acting(), when=when)
    versions = queries.paper_versions(paper_id, at=when.past_instant) if found.shown else ()
    version = next((one for one in versions if one.id == version_id), None)
    if found.shown is None or version is None:
        raise Missing
    content = _store().read(version.content_hash)
    if content is None:
        log.error("file of a paper missing", extra={"paper": paper_id, "version": version_id})
        whom = current_app.extensions["settings"].whom_to_ask
        return error_page(503, title="The file of this paper is missing", advice=f"{_GONE} Tell {whom}.")
    return kept_file(
        version.download_name(found.shown.title),
        content,
        version.kind.media_type,
        content_hash=version.content_hash,
        is_open=found.now.standing is Standing.OPEN,
    )


@blueprint.get("/papers/of/<kind>/<id:subject_id>")
@requires(Permission.PAPER_KEEP, Reach.GROUP)
def paper_list(kind: str, subject_id: int) -> Response:
    """The papers of a thing, withdrawn ones too, for whoever keeps them."""
    subject = subject_to_keep(kind, subject_id, by=acting())
    papers = queries.paper_lines(kind, subject_id, is_member=subject.is_member, at=None, withdrawn_too=True)
    return page("papers/paper_list.html", subject=subject, kind=kind, subject_id=subject_id, papers=papers)


@blueprint.route("/papers/of/<kind>/<id:subject_id>/add", methods=["GET", "POST"])
@requires(Permission.PAPER_KEEP, Reach.GROUP)
@takes_a_paper
@waits_once_sent
def paper_add(kind: str, subject_id: int) -> Response:
    """Hang a paper on a thing, with its first version."""
    subject = subject_to_keep(kind, subject_id, by=acting())
    form = PaperAddForm()
    if is_reading():
        return _add_page(form, subject, kind, subject_id)
    try:
        if form.validate():
            services.check_facts(form.facts)
            version = _kept_version(form, sent_file(form))
            paper_id = services.paper_add(kind, subject_id, form.facts, version, by=acting(), at=now())
            return see(url_for("papers.paper_page", paper_id=paper_id, saved="added"))
    except RuleBroken as error:
        add_errors(form, error)
    return _add_page(form, subject, kind, subject_id, status=422)


def _add_page(form: PaperAddForm, subject: PaperSubject, kind: str, subject_id: int, *, status: int = 200) -> Response:
    back = url_for("papers.paper_list", kind=kind, subject_id=subject_id)
    values = {"form": form, "subject": subject, "kind": kind, "subject_id": subject_id, "back": back}
    return page("papers/paper_add.html", status=status, **values)


@blueprint.route("/papers/<id:paper_id>/versions/add", methods=["GET", "POST"])
@requires(Permission.PAPER_KEEP, Reach.GROUP)
@takes_a_paper
@waits_once_sent
def version_add(paper_id: int) -> Response:
    """Add a newer version to a paper."""
    paper, _ = kept(paper_id, by=acting())
    form = VersionForm()
    if is_reading():
        return page("papers/version_add.html", form=form, paper=paper)
    try:
        if form.validate():
            version = _kept_version(form, sent_file(form))
            services.version_add(paper_id, version, by=acting(), at=now())
            return see(url_for("papers.paper_page", paper_id=paper_id, saved="version"))
    except RuleBroken as error:
        add_errors(form, error)
    return page("papers/version_add.html", status=422, form=form, paper=paper)


@blueprint.route("/papers/<id:paper_id>/edit", methods=["GET", "POST"])
@requires(Permission.PAPER_KEEP, Reach.GROUP)
def paper_edit(paper_id: int) -> Response:
    """Change a paper's title, and who may read it."""
    paper, _ = kept(paper_id, by=acting())
    form = PaperEditForm(data=recorded(paper.facts))
    if is_reading():
        return _edit_page(form, paper, paper.version, packed(held(form)))
    try:
        if form.validate():
            services.paper_change(paper_id, form.facts, version=form_version(), by=acting(), at=now())
            return see(url_for("papers.paper_page", paper_id=paper_id, saved="changed"))
    except RuleBroken as error:
        add_errors(form, error)
    except Stale:
        paper, _ = kept(paper_id, by=acting())
        hand = queries.last_hand_of(paper_id, told_to=acting(), at=now())
        stale = stale_form(form, recorded(paper.facts), said=hand.changed("this paper"), hand=hand)
        return _edit_page(form, paper, paper.version, stale.drawn, status=409, stale=stale)
    return _edit_page(form, paper, form_version(), drawn_again(), status=422)


def _edit_page(
    form: PaperEditForm, paper: PaperPage, version: int, drawn: str, *, status: int = 200, stale: Beside | None = None
) -> Response:
    return page(
        "papers/paper_edit.html",
        status=status,
        form=form,
        paper=paper,
        version=version,
        drawn=drawn,
        stale=stale,
        closed_versions=0 if paper.standing is Standing.OPEN else len(queries.paper_versions(paper.id, at=None)),
    )


@blueprint.post("/papers/<id:paper_id>/withdraw")
@requires(Permission.PAPER_KEEP, Reach.GROUP)
def paper_withdraw(paper_id: int) -> Response:
    """Show a paper no longer."""
    return _shown(paper_id, withdrawn=True, saved="withdrawn")


@blueprint.post("/papers/<id:paper_id>/put-back")
@requires(Permission.PAPER_KEEP, Reach.GROUP)
def paper_put_back(paper_id: int) -> Response:
    """Show a withdrawn paper again."""
    return _shown(paper_id, withdrawn=False, saved="back")


def _shown(paper_id: int, *, withdrawn: bool, saved: str) -> Response:
    kept(paper_id, by=acting())
    services.paper_show(paper_id, withdrawn=withdrawn, by=acting(), at=now())
    return see(url_for("papers.paper_page", paper_id=paper_id, saved=saved))


def _kept_version(form: PaperAddForm | VersionForm, sent: Sent) -> NewVersion:
    """The file in its place, before there is a row that names it; raises `Busy` where the disk does not take it."""
    try:
        content_hash = _store().keep(sent.content, at=now())
    except OSError as error:
        log.error("keeping a file", extra={"problem": type(error).__name__})
        raise Busy(
            "The file could not be kept, and nothing was saved. Try again in a few minutes.", seconds=60
        ) from None
    return NewVersion(
        label=form.label.data,
        stage=Stage(form.stage.data),
        file_name=sent.name,
        kind=sent.kind,
        content_hash=content_hash,
        size=len(sent.content),
    )


def _store() -> Store:
    return Store(current_app.extensions["settings"].papers_folder)
