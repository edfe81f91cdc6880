"""The engine: plan, apply, journal, recover, undo. It knows carriers only by their interface."""
