"""Pages of whoever answers for a document: approving it or sending it back, and withdrawing it."""

from flask import url_for
from werkzeug.wrappers import Response

from wfsite.core.errors import Conflict, Missing, RuleBroken
from wfsite.core.permissions import Permission
from wfsite.issued import services
from wfsite.issued.blueprint import blueprint
from wfsite.issued.forms import APPROVE, SEND_BACK, DecisionForm, WithdrawForm
from wfsite.issued.pages import edition_found, edition_read, refused
from wfsite.issued.queries import EditionPage
from wfsite.issued.registered import kind_called
from wfsite.issued.rules import DocumentState
from wfsite.web.access import acting, requires
from wfsite.web.fields import add_errors
from wfsite.web.params import form_version, is_reading, now
from wfsite.web.respond import page, see


@blueprint.route("/reports/<id:edition_id>/decide", methods=["GET", "POST"])
@requires(Permission.REPORT_APPROVE)
def document_decide(edition_id: int) -> Response:
    """Approve what waits, or send it back with the reason."""
    found = _answerable(edition_id)
    form = _decision_form(found)
    if is_reading():
        return page("issued/document_decide.html", found=found, form=form, version=found.version)
    if form.validate():
        try:
            _decide(found, form)
        except RuleBroken as error:
            add_errors(form, error)
        except Conflict as conflict:
            return refused(edition_id, conflict.message)
        else:
            saved = "approved" if form.decision.data == APPROVE else "sent-back"
            return see(url_for("issued.document_page", edition_id=edition_id, saved=saved))
    return page("issued/document_decide.html", status=422, found=found, form=form, version=form_version())


def _answerable(edition_id: int) -> EditionPage:
    """An edition of a kind that the person signed in approves; raises `Missing`."""
    found = edition_found(edition_id)
    if not kind_called(found.kind).approves(acting()):
        raise Missing
    return found


def _decision_form(found: EditionPage) -> DecisionForm:
    """The form; what is approved already can only be sent back."""
    form = DecisionForm(data={"decision": SEND_BACK if found.state is DocumentState.APPROVED else ""})
    if is_reading() and found.state is DocumentState.APPROVED:
        form.decision.choices = [choice for choice in form.decision.choices if choice[0] == SEND_BACK]
    return form


def _decide(found: EditionPage, form: DecisionForm) -> None:
    kind, version = kind_called(found.kind), form_version()
    if form.decision.data == APPROVE:
        if form.reason.data:
            raise RuleBroken("reason", "Empty this box to approve it, or choose to send it back: nobody would be told")
        services.document_approve(found.id, kind, version=version, by=acting(), at=now())
    else:
        services.document_send_back(found.id, kind, reason=form.reason.data, version=version, by=acting(), at=now())


@blueprint.route("/reports/<id:edition_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.REPORT_DRAFT)
def document_withdraw(edition_id: int) -> Response:
    """Give up a draft; take back what was issued, with the reason that its readers are told."""
    found, form = edition_read(edition_id), WithdrawForm()
    kind = kind_called(found.kind)
    if is_reading():
        return page("issued/document_withdraw.html", found=found, form=form, version=found.version)
    if form.validate():
        try:
            services.document_withdraw(
                edition_id, kind, reason=form.reason.data, version=form_version(), by=acting(), at=now()
            )
        except RuleBroken as error:
            add_errors(form, error)
        except Conflict as conflict:
            return refused(edition_id, conflict.message)
        else:
            return see(url_for("issued.document_page", edition_id=edition_id, saved="withdrawn"))
    return page("issued/document_withdraw.html", status=422, found=found, form=form, version=form_version())
