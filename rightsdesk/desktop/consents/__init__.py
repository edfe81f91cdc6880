"""Where a person says what AI may do, and confirms what that opens."""
