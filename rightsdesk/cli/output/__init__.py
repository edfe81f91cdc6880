"""How plans, values, tables and JSON are written to a terminal or a pipe."""
