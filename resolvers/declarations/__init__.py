"""What a noun and a mutation are declared with."""
