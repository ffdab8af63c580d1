"""Files of the user's: handler classes are completed where they stand, and begun where there are none.

Only additions, and annotations that follow the schema; a byte outside of the class that is touched
changes in no other way than that imports are added. Plans are made with `ast`; `libcst`, which is
slow to import, edits one class at a time, and only when there is something to edit.
"""

from wsgen.scaffold.scaffold import Edit, Result, Site, scaffold

__all__ = ["Edit", "Result", "Site", "scaffold"]
