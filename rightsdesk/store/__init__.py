"""The database: tables, queries and migrations. SQLAlchemy Core; SQLite by default."""
