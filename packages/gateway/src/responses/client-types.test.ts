import type { ResponseBody, ResponseEvent } from '@stream-aligner/providers/wire';
import type OpenAI from 'openai';
import { expectTypeOf, it } from 'vitest';

type Official = OpenAI.Responses.Response;
/** Of the client's own making, and of no meaning here. */
type NotSent = 'output_text' | 'access_programs';
type Sent = Exclude<ResponseEvent, { response: unknown } | { type: 'keepalive' }> & {
  sequence_number: number;
};
type Whole = Extract<OpenAI.Responses.ResponseStreamEvent, { response: Official }>['type'];

it('what we send is of the openai client’s types', () => {
  expectTypeOf<Sent>().toExtend<OpenAI.Responses.ResponseStreamEvent>();
  expectTypeOf<ResponseBody['output'][number]>().toExtend<OpenAI.Responses.ResponseOutputItem>();
  expectTypeOf<NonNullable<ResponseBody['error']>>().toExtend<OpenAI.Responses.ResponseError>();
  expectTypeOf<NonNullable<ResponseBody['usage']>>().toExtend<OpenAI.Responses.ResponseUsage>();
  expectTypeOf<Extract<ResponseEvent, { response: unknown }>['type']>().toExtend<Whole>();
  type Loose = 'tools' | 'tool_choice' | 'text' | 'reasoning' | 'error' | 'usage';
  expectTypeOf<Omit<ResponseBody, Loose>>().toExtend<Omit<Official, NotSent | Loose>>();
});
