"""Writes a trained model as servers load it.

    python -m stream_aligner_trainer.export --model out/final --out DIR [--gguf] [--quantize q8_0] [--converter PATH]

DIR gets a folder of safetensors with the tokenizer (a LoRA merged into its base), a model card, and with --gguf
model.gguf beside them, or model-q8_0.gguf. stdout is JSON lines.
"""

import argparse
import os
import shutil
import subprocess
import sys

from stream_aligner_trainer.card import write_card
from stream_aligner_trainer.errors import TrainerError, fail
from stream_aligner_trainer.export_gguf import export_gguf, is_ours
from stream_aligner_trainer.report import Report

CONVERTER = "convert_hf_to_gguf.py"


def main() -> int:
    parser = argparse.ArgumentParser(description="Write a trained model as servers load it.")
    parser.add_argument("--model", required=True, help="folder of a trained model or LoRA adapter, such as out/final")
    parser.add_argument("--out", required=True, help="folder to write")
    parser.add_argument("--name", default="", help="of the model, in its card and GGUF file (default: from --out)")
    parser.add_argument("--license", default="", help="SPDX name, such as apache-2.0")
    parser.add_argument("--gguf", action="store_true", help="write a GGUF file too")
    parser.add_argument("--quantize", choices=["q8_0"], default="", help="of the GGUF file's weights; implies --gguf")
    parser.add_argument("--converter", default="", help=f"llama.cpp's {CONVERTER}; not for the tiny models")
    args = parser.parse_args()

    report = Report()
    try:
        export(args, report)
        return 0
    except Exception as error:
        return fail(error, report)


def export(args, report) -> None:
    out, name = args.out, args.name or os.path.basename(os.path.normpath(args.out))
    if os.path.realpath(out) == os.path.realpath(args.model):
        raise TrainerError("bad-config", "--out is the model's own folder; name another one")
    report.say("start", model=args.model, out=out)
    os.makedirs(out, exist_ok=True)
    write_folder(args.model, out)
    files = [out]
    if args.gguf or args.quantize:
        path = os.path.join(out, f"model-{args.quantize}.gguf" if args.quantize else "model.gguf")
        if is_ours(out):
            export_gguf(out, path, name=name, license=args.license, quantize=args.quantize)
        else:
            convert(out, path, name, args.quantize, args.converter)
        files.append(path)
    write_card(args.model, out, name=name, license=args.license)
    report.say("end", finished=True, path=out, files=files)


def write_folder(model: str, out: str) -> None:
    """A LoRA adapter is merged into its base, which is loaded again for it."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from stream_aligner_trainer.models import from_hub

    if os.path.exists(os.path.join(model, "adapter_config.json")):
        from peft import AutoPeftModelForCausalLM

        found = from_hub(AutoPeftModelForCausalLM, model, dtype="auto").merge_and_unload()
    else:
        found = from_hub(AutoModelForCausalLM, model, dtype="auto")
    tokenizer = from_hub(AutoTokenizer, model)
    found.save_pretrained(out)
    tokenizer.save_pretrained(out)


def convert(folder: str, path: str, name: str, quantize: str, converter: str) -> None:
    converter = converter or shutil.which(CONVERTER) or ""
    if not os.path.isfile(converter):
        raise TrainerError(
            "no-converter",
            f"a GGUF file of this architecture is written by llama.cpp's {CONVERTER}, which was not found; give its "
            "path with --converter (`stream-aligner export` finds the one that comes with node-llama-cpp)",
        )
    environment = {**os.environ, "PYTHONPATH": os.path.join(os.path.dirname(converter), "gguf-py")}
    outtype = quantize or "auto"
    command = [sys.executable, converter, folder, "--outfile", path, "--outtype", outtype, "--model-name", name]
    done = subprocess.run(command, stdout=sys.stderr, env=environment, check=False)
    if done.returncode:
        raise TrainerError(
            "no-converter",
            f"llama.cpp's converter failed on this model (exit code {done.returncode}); what it said is on stderr. It "
            "may not know the architecture yet: give a newer one with --converter",
        )


if __name__ == "__main__":
    sys.exit(main())
