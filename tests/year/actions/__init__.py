"""What happens in the rehearsed schools: a file a subject.

A subject's module may have `founding(stage)`, which is played once before the first year;
`scenes(stage, played)`, what is to happen on which days of a year; and `daily(stage, played)`, what
happens on every day of school. The lists of `play.py` say in which order.
"""
