"""What Alembic runs: the migrations, over the connection and inside of the transaction that schema.py opened."""

from alembic import context

from linkback.storage.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
