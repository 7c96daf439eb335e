import { copyCheckNames, serverTypes } from '@stream-aligner/providers';
import * as z from 'zod';
import { httpServer, inProcess, name, oneOfTypes, tiny } from './model-server.ts';
import { section } from './section.ts';
import { requireAddress } from './upstreams.ts';

const httpAligner = section({
  type: z.enum(serverTypes),
  ...httpServer,
  contract: z.enum(['stream-aligner', 'instruct']),
  /** The policy of `instruct`, in words. */
  policy: name.exactOptional(),
  /** A text file that holds the policy; a relative path starts at the configuration's folder. */
  policyFile: name.exactOptional(),
  /** Default: the server's own where it has one and the contract's reply is the sentence itself. */
  copyCheck: z.enum(copyCheckNames).exactOptional(),
  /** Keeps a draft whose every token has at least this probability. Default: only what decoding would copy. */
  keepThreshold: z.number().gt(0).max(1).exactOptional(),
  window: z.int().min(256).exactOptional(),
}).superRefine((aligner, context) => {
  const mistake = (path: string, message: string) =>
    context.addIssue({ code: 'custom', path: [path], message });
  requireAddress(aligner, context);
  if (aligner.policy !== undefined && aligner.policyFile !== undefined)
    mistake('policyFile', 'a policy is given already; keep one of the two');
  if (aligner.contract === 'instruct') {
    if (aligner.copyCheck !== undefined && aligner.copyCheck !== 'off')
      mistake('copyCheck', 'with the contract "instruct" nothing is copied; leave it out');
    return;
  }
  for (const path of ['policy', 'policyFile'] as const) {
    if (aligner[path] !== undefined)
      mistake(path, 'only the contract "instruct" reads a policy; the others were trained on theirs');
  }
});

const localAligner = section({ ...inProcess, copyCheck: z.enum(['exact', 'off']).exactOptional() });

/** One entry of `aligners`. */
export const aligner = z.discriminatedUnion('type', [httpAligner, localAligner, tiny], oneOfTypes);

export type AlignerConfiguration = z.infer<typeof aligner>;
export type HttpAlignerConfiguration = z.infer<typeof httpAligner>;
