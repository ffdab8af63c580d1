"""Files of the user's: handler classes are completed where they stand, or begun.

Only additions, and annotations that follow the schema; nothing changes outside of a class that is
touched, except that imports are added. Plans are made with `ast`; `libcst`, which is slow to
import, edits one class at a time, and only when there is something to edit.
"""

from wsgen.scaffold.scaffold import Edit, Result, scaffold
from wsgen.scaffold.search import Site

__all__ = ["Edit", "Result", "Site", "scaffold"]
