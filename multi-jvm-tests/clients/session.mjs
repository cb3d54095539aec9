// A whole session over one transport: node session.mjs ADDRESS

import { begin, event, expect, run, within } from './check.mjs';
import { newClient, textOf, WATCHED } from './client.mjs';
import { transportFor } from './transports.mjs';

/** Long enough that a cancelled call would be answered before one that is begun after it. */
const NAP_MS = 1000;

const address = process.argv[2];

await run(async () => {
  const { client, seen } = newClient();
  const transport = transportFor(address);

  begin('initialize');
  await within(client.connect(transport), 'initialize');
  const answered = new Set();
  const told = [];
  const receive = transport.onmessage;
  transport.onmessage = (message, extra) => {
    if (message.id !== undefined && message.method === undefined) {
      answered.add(message.id);
    } else if (message.method === 'notifications/progress') {
      // The SDK forgets the listener of a call with its answer, before it has looked at news that came just before.
      told.push(message.params.progress);
    }
    receive(message, extra);
  };
  expect(client.getServerVersion()?.name === 'trunkline', 'the server trunkline', client.getServerVersion());

  begin('subscribe');
  await within(client.subscribeResource({ uri: WATCHED }), 'subscribe');
  const updated = seen.nextUpdate.promise;

  begin('lists');
  const tools = (await within(client.listTools(), 'tools')).tools.map((tool) => tool.name);
  for (const name of ['echo', 'add', 'sleep', 'whoami', 'test_elicitation']) {
    expect(tools.includes(name), `the tool ${name}`, tools);
  }
  const resources = (await within(client.listResources(), 'resources')).resources.map((resource) => resource.uri);
  expect(resources.includes(WATCHED), WATCHED, resources);
  const prompts = (await within(client.listPrompts(), 'prompts')).prompts.map((prompt) => prompt.name);
  expect(prompts.includes('test_simple_prompt'), 'the prompt test_simple_prompt', prompts);

  begin('call');
  const sum = await within(client.callTool({ name: 'add', arguments: { a: 2, b: 40 } }), 'add');
  expect(sum.structuredContent?.sum === 42, 'the sum 42', sum);
  const wrong = await within(client.callTool({ name: 'add', arguments: { a: 'two', b: 40 } }), 'add');
  expect(wrong.isError === true, 'an error for arguments against the schema', wrong);

  begin('read, prompt, complete');
  const read = await within(client.readResource({ uri: 'test://template/123/data' }), 'read');
  expect(JSON.parse(read.contents[0].text).id === '123', 'the resource of the template', read);
  const prompt = await within(
    client.getPrompt({ name: 'test_prompt_with_arguments', arguments: { arg1: 'one', arg2: 'two' } }),
    'prompt',
  );
  expect(prompt.messages[0].content.text.includes("arg1='one', arg2='two'"), 'both arguments', prompt);
  const completion = await within(
    client.complete({
      ref: { type: 'ref/prompt', name: 'test_prompt_with_arguments' },
      argument: { name: 'arg1', value: 'test' },
    }),
    'completion',
  );
  expect(completion.completion.values.join() === 'test,testing', 'test and testing', completion);

  begin('progress');
  const heard = [];
  const done = await within(
    client.callTool({ name: 'test_tool_with_progress', arguments: {} }, undefined, {
      onprogress: (progress) => heard.push(progress.progress),
    }),
    'a call with progress',
  );
  expect(done.isError !== true && told.join() === '0,50,100', 'progress 0, 50, 100', told);
  expect(heard[0] === 0 && heard[1] === 50, 'progress at the caller', heard);

  begin('logging');
  await within(client.setLoggingLevel('info'), 'the level');
  await within(client.callTool({ name: 'test_tool_with_logging', arguments: {} }), 'a call that logs');
  expect(seen.logs.length === 3, 'three log messages', seen.logs);

  begin('cancel');
  const calling = new AbortController();
  const started = event();
  const calls = answered.size;
  const cancelled = client
    .callTool({ name: 'sleep', arguments: { milliseconds: NAP_MS } }, undefined, {
      signal: calling.signal,
      onprogress: () => started.happened(),
    })
    .then(
      () => 'answered',
      () => 'cancelled',
    );
  await within(started.promise, 'progress of the call that is cancelled');
  calling.abort('no longer of interest');
  expect((await within(cancelled, 'the cancelled call')) === 'cancelled', 'no answer to the cancelled call');
  await within(client.callTool({ name: 'sleep', arguments: { milliseconds: NAP_MS } }), 'a call after it');
  expect(answered.size === calls + 1, 'one answer to two calls of which one was cancelled', [...answered]);

  begin('elicitation');
  const asked = await within(
    client.callTool({ name: 'test_elicitation', arguments: { message: 'What shall it be?' } }),
    'a call that asks the user',
  );
  expect(seen.questions[0]?.message === 'What shall it be?', 'the question', seen.questions);
  expect(textOf(asked).includes('as you like'), "the user's answer", asked);

  begin('sampling');
  const sampled = await within(
    client.callTool({ name: 'test_sampling', arguments: { prompt: 'Hello' } }),
    'a call that asks the model',
  );
  expect(textOf(sampled) === 'LLM response: You said: Hello', "the model's answer", sampled);

  begin('updated');
  await within(updated, 'news of the resource');
  await within(client.unsubscribeResource({ uri: WATCHED }), 'unsubscribe');

  begin('ping and close');
  await within(client.ping(), 'ping');
  if (transport.terminateSession) {
    await within(transport.terminateSession(), 'the end of the session');
    expect(transport.sessionId === undefined, 'no session', transport.sessionId);
  }
  await client.close();
});
