"""``python -m turs.cli`` is ``turs``."""

from . import main

main()
