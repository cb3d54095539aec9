// The command line of the official Inspector, a process for each command: node inspector.mjs ADDRESS

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { begin, DEADLINE_MS, expect, run } from './check.mjs';

const INSPECTOR = fileURLToPath(
  new URL('node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js', import.meta.url),
);
/** What the Inspector answers with when a tool says that it failed. */
const TOOL_FAILED = 5;

const address = process.argv[2];
const transport = new URL(address).pathname.endsWith('/sse') ? 'sse' : 'http';

function inspect(method, ...more) {
  const command = [INSPECTOR, '--cli', address, '--transport', transport, '--method', method, '--format', 'json', '-q'];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [...command, ...more], { timeout: DEADLINE_MS }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      try {
        resolve({ code, result: stdout === '' ? undefined : JSON.parse(stdout).result, stderr });
      } catch {
        reject(new Error(`${method} ended with ${code} and printed ${stdout}${stderr}`));
      }
    });
  });
}

function expectExit(code, seen) {
  expect(seen.code === code, `exit code ${code}`, seen);
}

await run(async () => {
  begin('lists');
  const [tools, resources, templates, prompts] = await Promise.all([
    inspect('tools/list', '--strict'),
    inspect('resources/list'),
    inspect('resources/templates/list'),
    inspect('prompts/list'),
  ]);
  expectExit(0, tools);
  expect(tools.result.tools.some((tool) => tool.name === 'add'), 'the tool add', tools);
  expect(resources.result?.resources.some((resource) => resource.uri === 'test://static-text'), 'the text', resources);
  expect(templates.result?.resourceTemplates.length === 1, 'one template', templates);
  expect(prompts.result?.prompts.some((prompt) => prompt.name === 'test_simple_prompt'), 'the prompt', prompts);

  begin('calls');
  const [sum, wrong, progress, logging] = await Promise.all([
    inspect('tools/call', '--tool-name', 'add', '--tool-args-json', '{"a":2,"b":40}'),
    inspect('tools/call', '--tool-name', 'add', '--tool-args-json', '{"a":2}'),
    inspect('tools/call', '--tool-name', 'test_tool_with_progress'),
    inspect('logging/setLevel', '--log-level', 'debug'),
  ]);
  expectExit(0, sum);
  expect(sum.result.structuredContent.sum === 42, 'the sum 42', sum);
  expectExit(TOOL_FAILED, wrong);
  expectExit(0, progress);
  expectExit(0, logging);

  begin('resources and prompts');
  const [read, missing, prompt] = await Promise.all([
    inspect('resources/read', '--uri', 'test://static-text'),
    inspect('resources/read', '--uri', 'test://nothing'),
    inspect('prompts/get', '--prompt-name', 'test_prompt_with_arguments', '--prompt-args', 'arg1=one', 'arg2=two'),
  ]);
  expectExit(0, read);
  expect(read.result.contents[0].text.includes('static text resource'), 'the text', read);
  expectExit(1, missing);
  expect(missing.stderr.includes('Resource not found'), 'the reason', missing);
  expect(prompt.result?.messages[0].content.text.includes("arg1='one', arg2='two'"), 'both arguments', prompt);

  begin('many calls at a time');
  const load = await inspect(
    ...['tools/call', '--tool-name', 'whoami', '--load', '--load-requests', '100', '--load-concurrency', '8'],
  );
  expectExit(0, load);
  expect(load.result.ok === 100 && load.result.errors === 0, 'a hundred answers', load);
});
