"""The same eight cases, as subclasses of handlers generated from schema.yaml."""
