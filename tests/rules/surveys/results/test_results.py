"""What a survey says where nothing may be shown."""

from wfsite.surveys.results.rules import why_not_shown


def test_what_stands_where_nothing_is_shown():
    assert why_not_shown(10, some_changed=False) == "Not shown: fewer than 10 answers"
    assert "sign-in" in why_not_shown(10, some_changed=True)
