"""What teachers change, one story a file; each mutation is one transaction, or nothing."""
