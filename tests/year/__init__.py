"""The rehearsed year: a school plays three years through the public API, and a model watches."""
