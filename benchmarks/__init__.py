"""How fast it is: each job in one process on one core, printed and written to ``benchmarks/results/latest.json``."""
