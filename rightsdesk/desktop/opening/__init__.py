"""Files and folders from outside: from a start that names them, a second start, or the system."""
