"""Another page of the site, drawn while a request is answered, as the same person would get it."""

from flask import current_app, g, request

from wfsite.web.access import actor_or_none, stamp_of
from wfsite.web.going_back import endpoint_of
from wfsite.web.waiting import methods_that_wait

_LARGEST = 256 * 1024


def page_at(address: str) -> str:
    """The page as whoever is signed in would get it now; "" for none, for one that they may not see, and too large.

    A request within the request, which shares with it who acts and nothing else: no cookie, token or transaction. It
    asks, so it changes nothing. Nothing follows it, so that no log tells of it: beside the line of a sign-in, that of a
    survey's page would say who asked for it.
    """
    if not _is_for_a_person(address):
        return ""
    actor, here = actor_or_none(), {"HTTP_HOST": request.host, "wsgi.url_scheme": request.scheme}
    with current_app.app_context(), current_app.test_request_context(address, environ_overrides=here):
        g._login_user = actor
        try:
            answer = current_app.make_response(current_app.preprocess_request() or current_app.dispatch_request())
        except Exception as error:
            answer = current_app.make_response(current_app.handle_user_exception(error))
        is_page = answer.status_code == 200 and answer.mimetype == "text/html" and not answer.is_streamed
        return answer.get_data(as_text=True) if is_page and len(answer.get_data()) <= _LARGEST else ""


def _is_for_a_person(address: str) -> bool:
    """Whether it is a page of this site that asks for a sign-in, and that waits for no other process."""
    stamp = stamp_of(endpoint := endpoint_of(address))
    if not stamp or not stamp.permission:
        return False
    return "GET" not in methods_that_wait(current_app.view_functions[endpoint])
