"""A cluster that repeats the token that it was sent, wherever an answer has room: no gap shows it."""

import json
from pathlib import Path

import pytest

from auditor.core.reading import Unread
from collectors._kube import open_cluster
from tests.shows.folders import write
from tests.shows.secret_estate import BEHAVIOURS, canary, leaks, repeating

pytestmark = pytest.mark.server
PATH = "/apis/networking.k8s.io/v1/ingresses"


def kubeconfig(folder: Path, url: str) -> str:
    text = {
        "apiVersion": "v1",
        "kind": "Config",
        "contexts": [{"name": "prod", "context": {"cluster": "prod", "user": "auditor"}}],
        "clusters": [{"name": "prod", "cluster": {"server": url}}],
        "users": [{"name": "auditor", "user": {"token": canary("github-variable")}}],
    }
    return str(write(folder, "kubeconfig.yaml", json.dumps(text)))


@pytest.mark.parametrize("name", sorted(BEHAVIOURS.keys() - {"elsewhere"}))
def test_no_gap_shows_the_token(name: str, tmp_path: Path) -> None:
    with repeating(BEHAVIOURS[name]) as server:
        reader = open_cluster("prod", kubeconfig(tmp_path, server.url), sleep=lambda _: None)
        (gap,) = reader.list_raw(PATH, "Ingress", "kube:prod").unread
    assert canary("github-variable") in "\n".join(server.asked)
    assert isinstance(gap, Unread)
    assert leaks({"gap": repr(gap).encode()}) == []
