"""python -m linkback: the command line."""

from linkback.cli import main

main()
