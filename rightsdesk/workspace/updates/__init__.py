"""New versions of RightsDesk: a signed feed, read once a day if a person asks for it.

Nothing is downloaded or installed: a person opens the page of the release."""
