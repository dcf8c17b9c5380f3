"""All that a school keeps of one student: read for an export, and erased in time."""
