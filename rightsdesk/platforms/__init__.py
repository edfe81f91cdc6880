"""What a platform says, and how to say something there: one file a platform.

Every platform stands behind `interface.Platform`. HTTP, rate limits and sign-in are shared:
they are the parts in which a mistake would leak a token or start a storm of requests.
"""
