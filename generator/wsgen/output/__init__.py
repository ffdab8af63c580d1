"""From texts to files: what would change on disk, and changing it, so that nothing stays half done.

Nothing is imported here: whether a package is fresh is found out without the other modules.
"""
