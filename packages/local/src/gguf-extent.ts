const BYTES_OF_VALUE: Partial<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};
const STRING = 8;
const ARRAY = 9;
const UINT32 = 4;

/** Weights per block and bytes per block of ggml's tensor types, by number. */
const BLOCK_OF_TENSOR: Partial<Record<number, readonly [weights: number, bytes: number]>> = {
  0: [1, 4],
  1: [1, 2],
  2: [32, 18],
  3: [32, 20],
  6: [32, 22],
  7: [32, 24],
  8: [32, 34],
  9: [32, 36],
  10: [256, 84],
  11: [256, 110],
  12: [256, 144],
  13: [256, 176],
  14: [256, 210],
  15: [256, 292],
  16: [256, 66],
  17: [256, 74],
  18: [256, 98],
  19: [256, 50],
  20: [32, 18],
  21: [256, 110],
  22: [256, 82],
  23: [256, 136],
  24: [1, 1],
  25: [1, 2],
  26: [1, 4],
  27: [1, 8],
  28: [1, 8],
  29: [256, 56],
  30: [1, 2],
  34: [256, 54],
  35: [256, 66],
  39: [32, 17],
};

/** A fault of a GGUF header, in words. */
export class GgufFault extends Error {}

/**
 * The bytes a GGUF file must have for all its tensors to lie within it, read from its first bytes.
 *
 * @throws GgufFault when the bytes are no GGUF header; RangeError when the header goes on beyond them.
 */
export function ggufExtent(start: Uint8Array): number {
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  let at = 0;
  let alignment = 32;

  const uint32 = () => {
    at += 4;
    return view.getUint32(at - 4, true);
  };
  const uint64 = () => {
    at += 8;
    return Number(view.getBigUint64(at - 8, true));
  };
  const string = () => {
    const length = uint64();
    at += length;
    if (at > start.length) throw new RangeError('a string goes on beyond the bytes');
    return new TextDecoder().decode(start.subarray(at - length, at));
  };
  const skipString = () => {
    const length = uint64();
    at += length;
  };
  const skipValue = (type: number) => {
    const bytes = BYTES_OF_VALUE[type];
    if (bytes !== undefined) at += bytes;
    else if (type === STRING) skipString();
    else if (type === ARRAY) skipArray();
    else throw new GgufFault(`its metadata has a value of unknown type ${type}`);
  };
  const skipArray = () => {
    const type = uint32();
    const count = uint64();
    const bytes = BYTES_OF_VALUE[type];
    if (bytes !== undefined) at += count * bytes;
    else if (type !== STRING) throw new GgufFault(`its metadata has an array of unknown type ${type}`);
    else for (let index = 0; index < count; index += 1) skipString();
  };

  if (view.getUint32(0, false) !== 0x47475546) throw new GgufFault('it does not begin with the letters GGUF');
  at = 4;
  const version = uint32();
  if (version !== 2 && version !== 3) throw new GgufFault(`it is of GGUF version ${version}, not 2 or 3`);
  const tensors = uint64();
  const keys = uint64();
  for (let index = 0; index < keys; index += 1) {
    const key = string();
    const type = uint32();
    if (key === 'general.alignment' && type === UINT32) alignment = uint32();
    else skipValue(type);
  }
  let extent = 0;
  for (let index = 0; index < tensors; index += 1) {
    skipString();
    const dimensions = uint32();
    let weights = 1;
    for (let dimension = 0; dimension < dimensions; dimension += 1) weights *= uint64();
    // Of a tensor type newer than the table only the place is known, not the size.
    const [perBlock, bytes] = BLOCK_OF_TENSOR[uint32()] ?? [1, 0];
    extent = Math.max(extent, uint64() + (weights / perBlock) * bytes);
  }
  return Math.ceil(at / alignment) * alignment + extent;
}
