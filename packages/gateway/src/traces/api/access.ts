import { StreamAlignerError } from '@stream-aligner/core';
import { isLoopback } from '../../configuration/address.ts';
import { createKeyCheck } from '../../http/keys.ts';

/**
 * A check of who may read traces and judge them, for they hold what everybody said: with `keys` who brings one of them;
 * without, nobody where the gateway itself asks for keys, and elsewhere only who sits at this machine.
 *
 * @throws StreamAlignerError `invalid-request` (401, 403), from the check.
 */
export function createTraceAccess({
  keys,
  serverKeys,
}: {
  keys: readonly string[];
  serverKeys: readonly string[];
}): (request: Request, address: string | undefined) => void {
  const checkKey = createKeyCheck(keys);
  return (request, address) => {
    if (keys.length > 0) return checkKey(request.headers);
    if (serverKeys.length > 0)
      throw refusal(
        'Traces hold the texts of everybody who has a key, so those keys do not open them. Name who may read them under traces.keys.',
        'traces_need_keys',
      );
    // The name that was asked for is what the client says; where it comes from is not.
    if (isLoopback(new URL(request.url).hostname) && isHere(address)) return;
    throw refusal(
      'Without keys traces are shown on the machine of the gateway alone. Name who may read them under traces.keys.',
      'traces_local_only',
    );
  };
}

/** Whether an address is this machine's own; one that is not known may be. */
function isHere(address: string | undefined): boolean {
  return address === undefined || isLoopback(address.replace(/^::ffff:/, ''));
}

function refusal(message: string, code: string): StreamAlignerError {
  return new StreamAlignerError('invalid-request', message, { details: { status: 403, code } });
}
