"""Validates TOML files against JSON Schemas: pairs of a schema and a file. Both must be what they claim to be."""

import json
import sys
import tomllib

import jsonschema

for schema_path, path in zip(sys.argv[1::2], sys.argv[2::2]):
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    with open(path, "rb") as file:
        document = tomllib.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    for error in jsonschema.Draft202012Validator(schema).iter_errors(document):
        sys.exit(f"{path}: {error.message}")
