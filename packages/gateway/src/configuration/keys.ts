import * as z from 'zod';

/** API keys, one of which a request must bring. */
export const keys = z.array(z.string().min(8, { error: 'a key needs at least 8 characters' })).default([]);
