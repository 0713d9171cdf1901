#!/usr/bin/env python3
"""Holds `detente exact` to Storm, a model checker that shares nothing with it but the exported model's text.

    tests/storm/check.py [SCENARIO...]

Each scenario is exported, each property that stands at the end of the export is asked of Storm, and the answers are put
beside those of `detente exact`. Without scenarios: configs/ladder.toml, configs/arms-race.toml and those beside this file.
Needs the Python package stormpy (`pip install stormpy`); where that is not installed the script says so and ends with 0.
Exit code 1 if any two answers differ by more than 1e-8 of their size.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = ["cargo", "run", "--release", "--quiet", "--manifest-path", str(ROOT / "Cargo.toml"), "--"]
CLOSE = 1e-8


def exact_answers(scenario, folder):
    """Every property's name with what `detente exact` says."""
    subprocess.run(PROGRAM + ["exact", scenario, "--quiet", "--out", folder], check=True, stdout=subprocess.DEVNULL)
    answers = {}
    outcomes = json.loads(pathlib.Path(folder, "summary.json").read_text())["outcomes"]
    for name, outcome in outcomes.items():
        if "survival" in outcome:
            answers[name] = 1 - outcome["survival"]["s"][-1]
            for state, kind in (outcome.get("by") or {}).items():
                answers[f"{name}_{state}"] = kind["probability"]
        else:
            answers[name] = outcome["mean"]
    return answers


def parsed(stormpy, path):
    """By stormpy 2, or by the versions before it."""
    try:
        return stormpy.parse_prism_program(path, prism_compatibility=True)
    except TypeError:
        return stormpy.parse_prism_program(path, prism_compat=True)


def value_of(answer, state):
    """Of stormpy 2, or of the versions before it."""
    return answer.get_value(state) if hasattr(answer, "get_value") else answer.at(state)


def check(stormpy, scenario):
    print(f"{scenario}")
    with tempfile.TemporaryDirectory() as folder:
        text = subprocess.run(
            PROGRAM + ["export", scenario, "--format", "prism"], check=True, stdout=subprocess.PIPE, text=True
        ).stdout
        model = pathlib.Path(folder, "model.prism")
        model.write_text(text)
        expected = exact_answers(scenario, folder + "/exact")
        program = parsed(stormpy, str(model))
        worst = 0.0
        first = re.findall(r'^// and (\S+) fired at t = 0: "(\w+)";$', text, re.MULTILINE)
        at_start = {name: float(count) for count, name in first}
        for name, formula in re.findall(r'^// "(\w+)": (.*);$', text, re.MULTILINE):
            asked = stormpy.parse_properties(formula, program)[0]
            built = stormpy.build_model(program, [asked])
            answer = stormpy.model_checking(built, asked, environment=stormpy.Environment())
            found = value_of(answer, built.initial_states[0]) + at_start.get(name, 0.0)
            value = expected[name.rstrip("_") if name not in expected else name]
            distance = abs(found - value) / max(1.0, abs(value))
            worst = max(worst, distance)
            print(f"  {name:32} {found:.10f}  exact {value:.10f}  {distance:.1e}")
        return worst


def main():
    try:
        import stormpy
    except ImportError:
        print("stormpy is not installed: nothing was checked")
        return 0

    scenarios = sys.argv[1:] or [
        str(ROOT / "configs/ladder.toml"),
        str(ROOT / "configs/arms-race.toml"),
        *sorted(str(path) for path in HERE.glob("*.toml")),
    ]
    worst = max(check(stormpy, scenario) for scenario in scenarios)
    print(f"largest distance {worst:.1e}, allowed {CLOSE:.0e}")
    return int(worst > CLOSE)


if __name__ == "__main__":
    sys.exit(main())
