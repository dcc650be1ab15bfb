"""What lets all tests be done within minutes is there in each process of them."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


@pytest.mark.django_db
def test_a_database_that_was_copied_has_every_migration() -> None:
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


def test_there_are_no_files_for_a_client_to_read() -> None:
    assert list(Path(settings.STATIC_ROOT).iterdir()) == []


def test_what_was_collected_is_not_looked_through_for_garbage() -> None:
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0
