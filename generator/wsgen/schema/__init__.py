"""What an author may write, and whether a tree is that. References are for the next stage."""

from wsgen.schema.document import Document
from wsgen.schema.json_names import json_schema_for
from wsgen.schema.json_schema import json_schema, json_schema_text
from wsgen.schema.leaves import is_name
from wsgen.schema.load import Loaded, Unit, load
from wsgen.schema.validate import LANGUAGE_VERSION, validate

__all__ = [
    "LANGUAGE_VERSION",
    "Document",
    "Loaded",
    "Unit",
    "is_name",
    "json_schema",
    "json_schema_for",
    "json_schema_text",
    "load",
    "validate",
]
