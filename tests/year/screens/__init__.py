"""What people look at: a file a screen, with its query and what the model says it shows.

A module has `OF`, the kind of record that it is of, `OFTEN`, how often it is looked at beside the
others, and `screen(eyes, of, first, last)`, which answers a `Screen` for the days. `SCREENS` in
`sampling.py` is the list of them.
"""
