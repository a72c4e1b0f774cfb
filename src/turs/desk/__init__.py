"""The desk: the Django project in which people decide and the software keeps rules, clocks and record."""
