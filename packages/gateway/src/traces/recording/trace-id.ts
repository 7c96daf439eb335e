import { randomBytes } from 'node:crypto';

/**
 * A UUID of version 7 (RFC 9562) for a moment in milliseconds since 1970: it begins with the time, so that ids sort by
 * it.
 */
export function traceId(ms: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(ms, 0, 6);
  bytes.writeUInt8(0x70 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  return bytes.toString('hex').replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
