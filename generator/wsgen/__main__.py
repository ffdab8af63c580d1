"""`python -m wsgen`."""

from wsgen.cli import main

main()
