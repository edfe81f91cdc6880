"""Commands for RightsDesk's own data: backup and restore, settings, the vault.

None of them reads or changes music or platforms.
"""
