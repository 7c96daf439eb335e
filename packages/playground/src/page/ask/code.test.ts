import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import type { AskRequest } from './ask.ts';
import { curlCode, openaiCode } from './code.ts';

const question = `It's "$HOME" \`id\` \\ and\na second line; ${'${x}'}`;
const request: AskRequest = {
  model: 'm',
  messages: [{ role: 'user', content: question }],
  options: { lookahead: 0 },
  trace: true,
};
const where = { origin: 'http://127.0.0.1:8787', key: true };

it('gives a shell the body as it was sent, whatever the question says', () => {
  const code = curlCode(request, where).replace(/^curl -N/, 'printf "%s\\n"');
  const lines = execFileSync('sh', ['-c', code], {
    encoding: 'utf8',
    env: { STREAM_ALIGNER_KEY: 'k' },
  }).split('\n');
  const body: unknown = JSON.parse(lines.slice(lines.indexOf('-d') + 1).join('\n'));
  expect(body).toMatchObject({
    model: 'm',
    messages: request.messages,
    stream_aligner: { trace: true, lookahead: 0 },
  });
  expect(lines).toContain('authorization: Bearer k');
});

it('gives a program that asks the same, and never the key itself', () => {
  const code = openaiCode(request, where);
  const [, body = ''] = /^const request: .* = (\{[^]*?^\});$/m.exec(code) ?? [];
  expect(JSON.parse(body)).toMatchObject({ messages: request.messages, stream: true });
  expect(code).toContain("baseURL: 'http://127.0.0.1:8787/v1'");
  expect(code).toContain("process.env['STREAM_ALIGNER_KEY']");
});
