import { StreamAlignerError } from '@stream-aligner/core';
import type { Llama, LlamaModel } from 'node-llama-cpp';

/** llama.cpp, loaded into this process. Models that are used together share one. */
export interface LocalEngine {
  /** Reads a model file that was checked before. Rejects with what llama.cpp says about it. */
  loadModel(path: string): Promise<LlamaModel>;
  /** Frees everything native, models included. */
  close(): Promise<void>;
}

/**
 * Loads llama.cpp: its prebuilt library for this platform, on the CPU. Never downloads and never compiles.
 *
 * @throws StreamAlignerError `configuration` when there is no library for this platform.
 */
export async function openEngine(): Promise<LocalEngine> {
  const complaints: string[] = [];
  const llama = await loadLlama((message) => {
    complaints.push(message.trim());
    if (complaints.length > 20) complaints.shift();
  });
  return {
    async loadModel(path) {
      complaints.length = 0;
      try {
        return await llama.loadModel({ modelPath: path, gpuLayers: 0 });
      } catch (cause) {
        const why =
          complaints.find((message) => message !== '') ?? (cause instanceof Error ? cause.message : '');
        throw new StreamAlignerError(
          'model-damaged',
          `llama.cpp cannot load the model file ${path}: ${why}. Export or fetch it again, and check that this version of llama.cpp knows its architecture.`,
          { cause, details: { path } },
        );
      }
    },
    close: () => llama.dispose(),
  };
}

async function loadLlama(onLog: (message: string) => void): Promise<Llama> {
  try {
    // Loading the package costs time and memory, so only those who run models in-process pay for it.
    const { getLlama, LlamaLogLevel } = await import('node-llama-cpp');
    return await getLlama({
      gpu: false,
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      logLevel: LlamaLogLevel.error,
      logger: (_level, message) => onLog(message),
      // Each context has as many threads as it was given; a shared limit would make one wait for the other.
      maxThreads: 0,
    });
  } catch (cause) {
    throw new StreamAlignerError(
      'configuration',
      `llama.cpp could not be loaded on ${process.platform} ${process.arch}: node-llama-cpp has no library that works here. Reinstall with optional dependencies, or use a model server instead.`,
      { cause },
    );
  }
}
