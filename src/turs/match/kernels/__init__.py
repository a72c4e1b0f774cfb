"""Compiled inner loops, one module a subject; imported at first use, because numba takes half a second."""
