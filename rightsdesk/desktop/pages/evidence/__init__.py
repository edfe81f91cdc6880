"""Evidence: the state of the record, reports, and letters with their answers."""
