"""RightsDesk: say once what AI may do with your music, and settle it everywhere."""

__version__ = "0.2.0.dev0"
