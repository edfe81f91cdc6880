"""Practice servers: platforms on this computer, for the demo and for tests.

They follow the platforms' documentation, are independent of the rest of RightsDesk, and imitate the
faults of real servers on request.
"""
