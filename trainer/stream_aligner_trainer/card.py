"""The model card of an export: what the model is, what it learnt from, how good it was."""

import dataclasses
import importlib.metadata
import json
import os
import shutil

from stream_aligner_trainer.config import Config, shown

RECORD = "training.json"


def write_record(folder: str, config: Config, rows, pace, state) -> None:
    """What a card needs of a run, beside its model."""
    with open(os.path.join(config.out, "log.jsonl"), encoding="utf-8") as file:
        evaluations = [event for event in map(json.loads, file) if event["event"] == "eval"]
    record = {
        "recipe": told(config),
        "data": rows.sources,
        **{key: pace.start[key] for key in ("parameters", "trained", "rows", "device", "processes")},
        "steps": state.global_step,
        "tokens": int(state.num_input_tokens_seen),
        "minutes": round(pace.minutes, 2),
        "metrics": pace.metrics,
        "evaluations": evaluations,
        "versions": {name: importlib.metadata.version(name) for name in ("torch", "transformers", "trl", "peft")},
    }
    with open(os.path.join(folder, RECORD), "w", encoding="utf-8") as file:
        json.dump(record, file, indent=2)


def told(config: Config) -> dict:
    """The recipe with its paths as cards tell them."""
    recipe = dataclasses.asdict(config)
    recipe["out"] = shown(config, config.out)
    recipe["data"]["eval"] = shown(config, config.data.eval)
    for source in recipe["data"]["train"]:
        source["path"] = shown(config, source["path"])
    if config.model.new:
        recipe["model"]["new"]["tokenizer"] = shown(config, config.model.new.tokenizer)
    if os.path.exists(config.model.base):  # else it is a hub id
        recipe["model"]["base"] = shown(config, config.model.base)
    return recipe


def write_card(model: str, out: str, *, name: str, license: str = "") -> None:
    """`model` is the folder that training wrote; without its training.json the card says what it does not know."""
    import yaml

    record = read_record(model)
    base = record.get("recipe", {}).get("model", {}).get("base", "")
    head = {"license": license or "other", "library_name": "transformers", "tags": ["stream-aligner"]}
    if base:
        head["base_model"] = base
    parts = [f"---\n{yaml.safe_dump(head, sort_keys=False)}---", f"# {name}", what_it_is(record, base)]
    if record:
        parts += [data_part(record), result_part(record), recipe_part(record)]
        shutil.copyfile(os.path.join(model, RECORD), os.path.join(out, RECORD))
    parts.append(licence_part(base, license))
    with open(os.path.join(out, "README.md"), "w", encoding="utf-8") as file:
        file.write("\n\n".join(parts) + "\n")


def read_record(model: str) -> dict:
    path = os.path.join(model, RECORD)
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as file:
        return json.load(file)


USES = {
    "stream-aligner": "An aligner for Stream Aligner: it reads a question, the accepted answer so far and the next "
    "sentence, and copies that sentence or rewrites it. Asked with the contract `stream-aligner`.",
    "aligner": "A whole-answer aligner: it reads a question and a finished answer, and copies or rewrites that answer. "
    "Asked with the contract `aligner`.",
    "chat": "A chat model.",
}


def what_it_is(record: dict, base: str) -> str:
    if not record:
        return "How this model was trained is not known: the folder it was exported from has no training.json."
    origin = f"Fine-tuned from {base}" if base else "Trained from scratch"
    lora = " with LoRA, merged" if record["recipe"]["lora"] else ""
    size = f"{record['parameters']:,} parameters were loaded and {record['trained']:,} of them trained"
    return f"{USES[record['recipe']['contract']]}\n\n{origin}{lora}; {size}."


def data_part(record: dict) -> str:
    rows = [
        f"| {found['file']} | {found['rows']:,} | {found['left_out']:,} | {found['weight']:g} | `{found['sha256']}` |"
        for found in record["data"]
    ]
    return "\n".join(["## Data", "", "| file | rows | left out | weight | SHA-256 |", "|---|--:|--:|--:|---|", *rows])


def result_part(record: dict) -> str:
    effort = (
        f"{record['steps']:,} steps, {record['tokens']:,} tokens, {record['minutes']:g} minutes on "
        f"{record['processes']} × {record['device']}."
    )
    evaluations = record["evaluations"]
    if not evaluations:
        return f"## Training\n\n{effort} It was not evaluated."
    names = ["step", *record["metrics"]]
    rows = ["| " + " | ".join(str(event.get(name, "")) for name in names) + " |" for event in evaluations]
    table = ["| " + " | ".join(names) + " |", "|" + "--:|" * len(names), *rows]
    count = record["recipe"]["data"]["eval_rows"]
    about = f"{effort} On at most {count} rows that it did not learn from, greedily; the last line is this model:"
    return "\n".join(["## Training", "", about, "", *table])


def recipe_part(record: dict) -> str:
    import yaml

    versions = ", ".join(f"{name} {version}" for name, version in record["versions"].items())
    return f"## Recipe\n\n```yaml\n{yaml.safe_dump(record['recipe'], sort_keys=False)}```\n\n{versions}"


def licence_part(base: str, license: str) -> str:
    own = f"These weights are given under {license}." if license else "No licence was named when it was exported."
    return f"## Licence\n\n{own}" + (f" The licence of {base} applies to what is taken from it." if base else "")
