"""`python -m rightsdesk`: the same as the command `rightsdesk`."""

from rightsdesk.cli.main import run

if __name__ == "__main__":
    run()
