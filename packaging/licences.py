#!/usr/bin/env python3
"""The licences of everything that is compiled into the program, as one text.

packaging/licences.py TARGET [FEATURES]: writes to standard output the crates that a build for TARGET links, each with
its version, licence and authors, then the text of every licence file that they carry, each text once. A crate that
names no licence is an error: somebody has to look.
"""
import json
import pathlib
import subprocess
import sys

NAMES = ("licen", "copying", "notice", "unlicense")


def linked(metadata):
    """The ids of the packages that the program links: what is reached without build and test dependencies."""
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    root = metadata["resolve"]["root"]
    seen, waiting = {root}, [root]
    while waiting:
        for dep in nodes[waiting.pop()]["deps"]:
            normal = any(kind["kind"] is None for kind in dep["dep_kinds"])
            if normal and dep["pkg"] not in seen:
                seen.add(dep["pkg"])
                waiting.append(dep["pkg"])
    return seen - {root}


def main():
    target = sys.argv[1]
    features = sys.argv[2] if len(sys.argv) > 2 else ""
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", target]
    if features:
        command += ["--features", features]
    metadata = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    wanted = linked(metadata)
    packages = sorted((p for p in metadata["packages"] if p["id"] in wanted), key=lambda p: (p["name"], p["version"]))
    unknown = [p["name"] for p in packages if not (p["license"] or p["license_file"])]
    if unknown:
        sys.exit("no licence is named by: " + ", ".join(unknown))
    texts = {}
    lines = []
    for package in packages:
        authors = ", ".join(author.split(" <")[0] for author in package["authors"])
        named = package["license"] or package["license_file"]
        lines.append(f"{package['name']} {package['version']}: {named}" + (f" ({authors})" if authors else ""))
        folder = pathlib.Path(package["manifest_path"]).parent
        for file in sorted(folder.iterdir()):
            if file.is_file() and file.name.lower().startswith(NAMES) and file.suffix not in (".rs", ".toml"):
                text = file.read_text(encoding="utf-8", errors="replace").strip()
                texts.setdefault(text, []).append(f"{package['name']} {package['version']}")
    print(f"Libraries compiled into lamsach ({target}): {len(packages)}\n")
    print("\n".join(lines))
    for text, names in texts.items():
        print("\n" + "=" * 100)
        print("Of: " + ", ".join(names) + "\n")
        print(text)


main()
