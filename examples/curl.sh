#!/usr/bin/env bash
# No client at all: the answer streamed as server-sent events, sentence by sentence.
set -euo pipefail

curl --no-buffer --silent --show-error --fail-with-body \
  "${STREAM_ALIGNER_URL:-http://127.0.0.1:8787/v1}/chat/completions" \
  -H 'content-type: application/json' \
  -d '{
    "model": "tiny-aligned",
    "stream": true,
    "messages": [{
      "role": "user",
      "content": "Mia has 27 shells. She finds 15 more. Then she gives 8 to Tom. How many shells does Mia have now?"
    }]
  }'
