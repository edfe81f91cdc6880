"""Commands for evidence: the ledger and its time stamps, reports, letters, licences.

They show and prove what was done; none of them writes to music or platforms.
"""
