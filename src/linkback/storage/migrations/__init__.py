"""The versions of the tables, for Alembic; run by storage/schema.py only."""
