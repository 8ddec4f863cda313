"""Prints what a reader of YAML 1.1 and one of YAML 1.2 find in the front matter of the given files, as lines of JSON."""

import json
import sys

import yaml
from ruamel.yaml import YAML

for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        text = file.read()
    inside = text.split("---\n")[1]
    for found in (yaml.safe_load(inside), YAML(typ="safe", pure=True).load(inside)):
        print(json.dumps(found, default=repr))
