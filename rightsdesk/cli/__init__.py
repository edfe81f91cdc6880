"""The command line: for nightly runs, scripts and every check.

It shows only what the workspace returns, and has one contract. Results go to stdout (with `--json`
exactly one document), everything else to stderr. Scripts can rely on the exit code (see `exits`).
"""
