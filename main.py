"""Start jjjmap from a checkout: ``python main.py``, or ``python main.py --help`` for the commands."""

import sys

from jjjmap.__main__ import main

if __name__ == "__main__":  # Worker processes import this file again.
    sys.exit(main())
