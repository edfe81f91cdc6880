"""Files, sidecars and items as the engine's carriers, and how an observation is stored."""
