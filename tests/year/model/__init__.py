"""What is so in the rehearsed schools, and who is shown what of it: plain Python, by no rule of the
gateway's."""
