"""Run by Alembic, on the connection it is handed."""

from alembic import context

from holdfast.drivers.stores.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata
)
context.run_migrations()
