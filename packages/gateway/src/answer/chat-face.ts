import { type ChunkWriterOptions, createChunkWriter } from './chunk-writer.ts';
import { createCollector } from './collector.ts';
import type { ReplyFace } from './reply.ts';

/** An answer as a chat completion: its chunks, or the whole. */
export function chatFace(options: ChunkWriterOptions): ReplyFace {
  return { writer: () => createChunkWriter(options), collector: () => createCollector(options) };
}
