"""The command line: the second face, for nightly runs, scripts and every check.

It says nothing that the workspace did not say, and keeps one contract: results on
stdout (with `--json` exactly one document), everything else on stderr, and an exit
code that a script can rely on (see `exits`).
"""
