import { StreamAlignerError } from '@stream-aligner/core';

/**
 * Fields that servers behind a gateway understand and that are not for its clients to set. Servers take them for granted
 * from whoever reaches them, which here is the gateway and never the public.
 */
const ofTheOperator = {
  /** Which server answers, and with whose key (LiteLLM takes these from a request). */
  'where answers come from': [
    'base_url',
    'api_base',
    'api_key',
    'api_version',
    'api_type',
    'organization',
    'headers',
    'extra_headers',
    'default_headers',
    'extra_query',
    'extra_body',
    'proxies',
    'custom_llm_provider',
    'fallbacks',
    'models',
    'model_list',
    'user_config',
    'litellm_params',
    'provider',
    'route',
    'plugins',
    'mcp_servers',
    'kv_transfer_params',
    'bootstrap_host',
    'bootstrap_port',
    'bootstrap_room',
    'data_parallel_rank',
  ],
  /** Code, templates, weights and tensors that a server would run or load. */
  'what the server runs': [
    'chat_template',
    'template',
    'tokenize',
    'custom_logit_processor',
    'logits_processors',
    'lora',
    'lora_path',
    'lora_request',
    'prompt_embeds',
    'input_embeds',
    'mm_processor_kwargs',
    'media_io_kwargs',
    'vllm_xargs',
    'prompt_logprobs',
    'return_hidden_states',
    'extra_args',
  ],
  /** Another prompt than the conversation, or another way to go on from it. */
  'what is continued': [
    'prompt',
    'input_ids',
    'prompt_token_ids',
    'raw',
    'suffix',
    'echo',
    'continue_final_message',
    'add_generation_prompt',
    'add_special_tokens',
    'response_prefix',
  ],
  /** Slots, queues and caches that all requests share. */
  'what requests share': [
    'rid',
    'request_id',
    'session_id',
    'session_params',
    'id_slot',
    'slot_id',
    'cache_salt',
    'extra_key',
    'priority',
    'keep_alive',
  ],
} as const;

const why = new Map<string, string>(
  Object.entries(ofTheOperator).flatMap(([what, names]) => names.map((name) => [name, what] as const)),
);

/** Fields whose own fields end up beside those of the request. */
const NESTED = ['chat_template_kwargs', 'options'];

/**
 * Refuses what a request must not say to the servers behind the gateway. Throws `invalid-request` with the field's name.
 * An operator sets such a field in the `body` of an upstream.
 */
export function refuseServerFields(fields: Readonly<Record<string, unknown>> = {}): void {
  refuse(fields, '');
  for (const name of NESTED) {
    const nested = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (typeof nested === 'object' && nested !== null) refuse(nested, `${name}.`);
  }
}

function refuse(fields: object, path: string): void {
  const name = Object.keys(fields).find((field) => why.has(field));
  if (name === undefined) return;
  const param = `${path}${name}`;
  throw new StreamAlignerError(
    'invalid-request',
    `${param} is not taken from requests: ${why.get(name)} is for the gateway's configuration to say. Leave it out, or have it set in \`body\` of the upstream.`,
    { details: { param } },
  );
}
