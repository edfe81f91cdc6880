"""The database: tables, queries, migrations and backups. Only this room writes SQL schemas."""
