"""Peers that the tests of this room share."""

from collections.abc import Iterator

import pytest

from tests import peers


@pytest.fixture(scope="session")
def mastodon_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[peers.MastodonPeer]:
    """One `mastodon_mock` for the whole run."""
    with peers.mastodon(tmp_path_factory.mktemp("mastodon")) as peer:
        yield peer


@pytest.fixture
def server(mastodon_server: peers.MastodonPeer) -> Iterator[peers.MastodonPeer]:
    """The server without faults left over from another test."""
    mastodon_server.heal()
    yield mastodon_server
    mastodon_server.heal()


@pytest.fixture
def line(server: peers.MastodonPeer) -> Iterator[peers.Line]:
    """A line to the server that can lose answers."""
    with peers.line_to(server) as line:
        yield line
