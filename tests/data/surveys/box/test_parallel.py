"""Double clicks, replays and parallel posts: one ballot a person, whatever arrives together."""

from tests.support.engines import Site
from tests.support.parallel import parallel_posts


def test_parallel_posts_leave_one_ballot_each(site: Site) -> None:
    assert parallel_posts(site, voters=10, posts=20) == {303: 10, 200: 190}
