"""A store that was lost, or restored from an older copy: the tracker knows tickets that it does not."""

from datetime import timedelta
from pathlib import Path

from auditor.core.lifecycle.ticket import Act
from auditor.edge.store.store import open_store
from tests.run.outboxes import NIGHT, Post, post_in


def test_tickets_of_a_lost_store_are_found_again(tmp_path: Path) -> None:
    with post_in(tmp_path) as post, open_store(tmp_path / "new.db") as store:
        post.hub.clock = lambda: NIGHT
        post.decide(("a", Act.OPEN))
        post.deliver()
        later = Post(store, post.hub, post.http, runs=150)
        post.hub.clock = lambda: NIGHT + timedelta(days=151)
        later.decide(("a", Act.OPEN), ("b", Act.OPEN))
        assert later.deliver().problems == []
        assert sorted(one.title for one in post.hub.tickets()) == ["ticket a", "ticket b"]
