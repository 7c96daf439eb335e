/** An item of a response's output: what the model said, thought or wants called. */
export type ResponseItem =
  | {
      id: string;
      type: 'message';
      status: ItemStatus;
      role: 'assistant';
      content: ResponsePart<'output_text'>[];
    }
  | {
      id: string;
      type: 'reasoning';
      status: ItemStatus;
      summary: [];
      content: ResponsePart<'reasoning_text'>[];
    }
  | {
      id: string;
      type: 'function_call';
      status: ItemStatus;
      call_id: string;
      name: string;
      arguments: string;
    };

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

export type ResponsePart<Type extends 'output_text' | 'reasoning_text'> = Type extends 'output_text'
  ? { type: 'output_text'; text: string; annotations: []; logprobs: [] }
  : { type: 'reasoning_text'; text: string };

/** The token counts of a response, as OpenAI words them. */
export interface ResponseUsageBody {
  input_tokens: number;
  input_tokens_details: { cached_tokens: number; cache_write_tokens: number };
  output_tokens: number;
  output_tokens_details: { reasoning_tokens: number };
  total_tokens: number;
  [detail: string]: unknown;
}

/** Why a response failed, in the few words that OpenAI has for it; `type` is the error envelope's. */
export interface ResponseErrorBody {
  code: 'server_error' | 'rate_limit_exceeded' | 'invalid_prompt';
  message: string;
  type: string;
  param: string | null;
}

/** What a response repeats of its request. */
export interface ResponseSettings {
  instructions: string | null;
  max_output_tokens: number | null;
  metadata: Record<string, string>;
  parallel_tool_calls: boolean;
  previous_response_id: null;
  reasoning: { effort: string | null; summary: null };
  store: false;
  temperature: number | null;
  text: Record<string, unknown>;
  tool_choice: unknown;
  tools: Record<string, unknown>[];
  top_p: number | null;
  truncation: 'disabled';
  user?: string;
}

/** A response that we write, whole or so far. */
export interface ResponseBody extends ResponseSettings {
  id: string;
  object: 'response';
  /** Unix time in seconds. */
  created_at: number;
  status: 'in_progress' | 'completed' | 'incomplete' | 'failed';
  background: false;
  error: ResponseErrorBody | null;
  incomplete_details: { reason: 'max_output_tokens' | 'content_filter' } | null;
  model: string;
  output: ResponseItem[];
  usage: ResponseUsageBody | null;
}

/** Which item, and where it stands in the output. */
interface OfItem {
  item_id: string;
  output_index: number;
}
/** The one part of an item. */
interface OfPart extends OfItem {
  content_index: 0;
}
type AnyPart = ResponsePart<'output_text'> | ResponsePart<'reasoning_text'>;

/** One event of a streamed response, without the number that it gets where it is sent. */
export type ResponseEvent =
  | {
      type: `response.${'created' | 'in_progress' | 'completed' | 'incomplete' | 'failed'}`;
      response: ResponseBody;
    }
  | { type: `response.output_item.${'added' | 'done'}`; output_index: number; item: ResponseItem }
  | (OfPart & { type: `response.content_part.${'added' | 'done'}`; part: AnyPart })
  | (OfPart & { type: 'response.output_text.delta'; delta: string; logprobs: [] })
  | (OfPart & { type: 'response.output_text.done'; text: string; logprobs: [] })
  | (OfPart & { type: 'response.reasoning_text.delta'; delta: string })
  | (OfPart & { type: 'response.reasoning_text.done'; text: string })
  | (OfItem & { type: 'response.function_call_arguments.delta'; delta: string })
  | (OfItem & { type: 'response.function_call_arguments.done'; name: string; arguments: string })
  /** Says nothing: carries what else there is to tell. Clients know it and pass it over. */
  | { type: 'keepalive' };
