"""The command line: one module a command, each parses its flags, calls, and returns an exit code.

0: nothing to report. 1: it ran and found something. 2: usage, configuration, a file that cannot be
read or written, a generator that is too old. 3: a mistake of wsgen's. 130: interrupted.
"""

from wsgen.cli.main import main, run

__all__ = ["main", "run"]
