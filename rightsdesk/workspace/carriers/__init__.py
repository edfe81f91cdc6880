"""Files, sidecars and items as carriers of the engine, and how observations are stored."""
