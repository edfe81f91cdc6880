"""Write plans, values, tables and JSON to a terminal or a pipe."""
