import * as z from 'zod';

/** Token ids as servers send them. */
export const tokenIds = z.array(z.int().min(0));

/** Those of the operator's fields that change how a conversation is rendered. */
export function templateFields(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { chat_template_kwargs, chat_template } = body;
  return {
    ...(chat_template_kwargs !== undefined && { chat_template_kwargs }),
    ...(chat_template !== undefined && { chat_template }),
  };
}
