"""How Alembic meets our database: on the connection that migrate.py hands it, within that connection's transaction."""

import logging

from alembic import context

from bot.storage.tables import metadata

logging.getLogger("alembic").setLevel(logging.WARNING)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
