import { dirname } from 'node:path';
import { quoted } from '../terminal/quoted.ts';

/** What was told to `train`, as far as a person must say it again. */
export interface SaidFlags {
  data?: string;
  base?: string;
  out?: string;
  set?: string[];
  python?: string;
  gpus?: number;
  fsdp?: boolean;
  machines?: number;
  machine?: number;
  main?: string;
}

/** The command that goes on with a run that was stopped. */
export function resumeCommand(recipe: string, flags: SaidFlags): string {
  const option = (name: string, value: string | number | undefined) =>
    value === undefined ? [] : [name, String(value)];
  return quoted([
    'stream-aligner',
    'train',
    recipe,
    ...option('--data', flags.data),
    ...option('--base', flags.base),
    ...option('--out', flags.out),
    ...(flags.set ?? []).flatMap((setting) => option('--set', setting)),
    ...option('--python', flags.python),
    ...option('--gpus', flags.gpus),
    ...(flags.fsdp ? ['--fsdp'] : []),
    ...option('--machines', flags.machines),
    ...option('--machine', flags.machine),
    ...option('--main', flags.main),
    '--resume',
  ]);
}

/** Where the trained model is, how to export it, and how to serve the export. */
export function afterTraining(model: string): string {
  const exported = `${dirname(model)}-export`;
  return `
The model is in ${model}

Write it as servers load it:
  ${quoted(['stream-aligner', 'export', model, '--out', exported, '--gguf'])}

Then serve it, on a server of its own (the GGUF file needs none):
  ${quoted(['vllm', 'serve', exported, '--port', '8001', '--served-model-name', 'my-aligner'])}

  # stream-aligner.yaml
  aligners:
    trained: { type: vllm, baseUrl: "http://127.0.0.1:8001/v1", model: my-aligner, contract: stream-aligner }
`;
}

/** How to serve a GGUF file in-process. */
export function afterExport(gguf: string): string {
  return `
To serve it in-process:

  # stream-aligner.yaml
  aligners:
    trained: { type: local, modelPath: ${JSON.stringify(gguf)} }
`;
}
