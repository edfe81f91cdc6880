"""Read and write declarations on platforms: one file per platform.

Every platform implements `interface.Platform`. HTTP, rate limits and sign-in are shared: a mistake
there would leak a token or flood a server with requests.
"""
