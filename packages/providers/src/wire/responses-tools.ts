import * as z from 'zod';

const schema = z.record(z.string(), z.unknown());

/** The tools of a Responses request: functions of the client, which alone runs them. */
export const responsesTools = z.array(
  z.looseObject({
    type: z.literal('function', {
      error: 'only tools of type "function" are taken: the gateway runs no tools of its own',
    }),
    name: z.string().min(1),
    description: z.string().nullish(),
    parameters: schema.nullish(),
    strict: z.boolean().nullish(),
  }),
);

export const responsesToolChoice = z.union(
  [
    z.enum(['none', 'auto', 'required']),
    z.looseObject({ type: z.literal('function'), name: z.string().min(1) }),
  ],
  { error: 'expected "none", "auto", "required" or a `type` of "function" with a `name`' },
);

export const responsesText = z.looseObject({
  format: z
    .discriminatedUnion(
      'type',
      [
        z.looseObject({ type: z.literal('text') }),
        z.looseObject({ type: z.literal('json_object') }),
        z.looseObject({
          type: z.literal('json_schema'),
          name: z.string().min(1),
          schema,
          description: z.string().nullish(),
          strict: z.boolean().nullish(),
        }),
      ],
      { error: 'expected a `type` of "text", "json_object" or "json_schema"' },
    )
    .nullish(),
  verbosity: z.string().nullish(),
});

/** Tools in the chat API's nested form. */
export function chatTools(tools: z.infer<typeof responsesTools>) {
  return tools.map(({ name, description, parameters, strict }) => ({
    type: 'function',
    function: { name, ...given({ description, parameters, strict }) },
  }));
}

export function chatToolChoice(choice: z.infer<typeof responsesToolChoice>) {
  return typeof choice === 'string' ? choice : { type: 'function', function: { name: choice.name } };
}

/** `text` as the chat API's `response_format` and `verbosity`. */
export function chatText({ format, verbosity }: z.infer<typeof responsesText>) {
  return {
    ...given({ verbosity }),
    ...(format && format.type !== 'text' && { response_format: chatFormat(format) }),
  };
}

function chatFormat(format: NonNullable<z.infer<typeof responsesText>['format']>) {
  if (format.type !== 'json_schema') return { type: format.type };
  const { name, schema, description, strict } = format;
  return { type: 'json_schema', json_schema: { name, schema, ...given({ description, strict }) } };
}

/** The fields that say something. */
function given(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null));
}
