"""Answers JSONL rows with a checkpoint.

    python -m tiny.generate --checkpoint out/best.pt --tokenizer tokenizer.json --in rows.jsonl --out drafts.jsonl

A row is {"user": ..., "prefix"?: ...}; it is written back with "output", the text
that follows the prefix. A row that does not fit the context gets output null.
"""

import argparse
import sys
import time

from tiny.rows import read_rows, write_rows
from tiny.threads import use_one_thread


def main() -> None:
    parser = argparse.ArgumentParser(description="Answer JSONL rows with a checkpoint.")
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--in", dest="source", required=True, help='JSONL rows with "user" and maybe "prefix"')
    parser.add_argument("--out", required=True, help='JSONL rows with "output" added')
    parser.add_argument("--temperature", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--max-new", type=int, default=256)
    parser.add_argument("--batch", type=int, default=256)
    args = parser.parse_args()

    use_one_thread()
    import torch

    from tiny.chat import Chat
    from tiny.checkpoint import load_model
    from tiny.generation import generate

    torch.set_num_threads(1)
    model = load_model(args.checkpoint)
    chat = Chat.load(args.tokenizer)
    rows = list(read_rows(args.source))
    prompts = [chat.prompt(row["user"], row.get("prefix", "")) for row in rows]
    fitting = [i for i, prompt in enumerate(prompts) if len(prompt) < model.config.context]
    started = time.monotonic()
    outputs = generate(
        model, [prompts[i] for i in fitting], chat.end, args.max_new, args.temperature, args.seed, args.batch
    )
    seconds = time.monotonic() - started
    for row in rows:
        row["output"] = None
    for i, ids in zip(fitting, outputs):
        rows[i]["output"] = chat.decode(ids)
    write_rows(args.out, rows)
    made = sum(map(len, outputs))
    print(f"{len(rows)} rows, {len(rows) - len(fitting)} too long, {made / seconds:.0f} tokens/s", file=sys.stderr)


if __name__ == "__main__":
    main()
