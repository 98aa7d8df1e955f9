"""The page of every entry, asked for once: they only read."""

import pytest
from django.test import Client

from quietlegs.exchange import knowledge_base


@pytest.fixture(scope="session")
def pages(django_db_setup: None, django_db_blocker) -> dict[str, str]:
    """Return the HTML of every entry's page, by id."""
    client = Client()
    with django_db_blocker.unblock():
        return {
            name: client.get(f"/library/entry/{name}").content.decode()
            for name in knowledge_base.load_evidence()
        }
