"""The desk: the Django project in which people decide and the software keeps rules, clocks and record."""

import os

# Many small matrix products: threads of the linear algebra library only wait for each other. Processes scale instead.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
