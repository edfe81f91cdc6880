"""The HTTP client of one account: addresses, answers, limits, quotas, proxies, trust."""
