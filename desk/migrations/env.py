"""Runs the revisions on the connection that :mod:`desk.database` passes in, inside its transaction."""

from alembic import context

from desk.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
