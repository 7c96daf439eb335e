/**
 * Numbers by 64-bit hash, outside the JavaScript heap: 16 bytes a slot, between a third and two thirds of which are in
 * use, so 24 to 48 bytes an entry. Two different texts share a hash with probability n²/2⁶⁵: one in 370,000 that any two
 * of ten million do.
 */
export interface HashMap {
  readonly size: number;
  /** The number of a hash of 16 hexadecimal digits. */
  get(hash: string): number | undefined;
  set(hash: string, value: number): void;
}

export function createHashMap(): HashMap {
  let slots = 1024;
  let keys = new Uint32Array(2 * slots);
  let values = new Float64Array(slots);
  let size = 0;

  /** The slot of a key, or the free one where it belongs. */
  function slotOf(high: number, low: number): number {
    let slot = low & (slots - 1);
    for (;;) {
      const [h, l] = [keys[2 * slot], keys[2 * slot + 1]];
      if ((h === high && l === low) || (h === 0 && l === 0)) return slot;
      slot = (slot + 1) & (slots - 1);
    }
  }

  function put(high: number, low: number, value: number): void {
    const slot = slotOf(high, low);
    keys[2 * slot] = high;
    keys[2 * slot + 1] = low;
    values[slot] = value;
  }

  function grow(): void {
    const [oldKeys, oldValues] = [keys, values];
    slots *= 2;
    keys = new Uint32Array(2 * slots);
    values = new Float64Array(slots);
    for (let slot = 0; slot < oldValues.length; slot += 1) {
      const [high = 0, low = 0] = [oldKeys[2 * slot], oldKeys[2 * slot + 1]];
      if (high !== 0 || low !== 0) put(high, low, oldValues[slot] ?? 0);
    }
  }

  function wordsOf(hash: string): [high: number, low: number] {
    const [high, low] = [Number.parseInt(hash.slice(0, 8), 16), Number.parseInt(hash.slice(8), 16)];
    // Both 0 marks a free slot.
    return [high, high === 0 && low === 0 ? 1 : low];
  }

  return {
    get size() {
      return size;
    },
    get(hash) {
      const [high, low] = wordsOf(hash);
      const slot = slotOf(high, low);
      return keys[2 * slot] === 0 && keys[2 * slot + 1] === 0 ? undefined : values[slot];
    },
    set(hash, value) {
      const [high, low] = wordsOf(hash);
      const slot = slotOf(high, low);
      if (keys[2 * slot] === 0 && keys[2 * slot + 1] === 0) {
        size += 1;
        if (3 * size > 2 * slots) grow();
      }
      put(high, low, value);
    },
  };
}
