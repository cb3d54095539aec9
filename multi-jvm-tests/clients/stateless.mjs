// All that a client does without a session: node stateless.mjs ADDRESS...
//
// By HTTP through one balancer and another in turn; by tcp:// or ws:// over one connection for each client.
//
// What version 2.4 of the SDK does not do, so nothing here tries it: listen again by itself when a stream has ended;
// fail a call whose stream ends without an answer before its own timeout; read JSON-RPC errors of responses with
// another status than 200 and 400, which it throws as SdkHttpError with their text; tasks.

import { request } from 'node:http';

import { LOG_LEVEL_META_KEY, ProtocolError } from '@modelcontextprotocol/client';
import { begin, event, expect, run, within } from './check.mjs';
import { textOf, WATCHED } from './client.mjs';
import { newStatelessClient, rejection, VERSION } from './stateless-client.mjs';

const INVALID_PARAMS = -32602;
const MISSING_CAPABILITY = -32021;
/** Calls at one time, each on a connection of its own, which are enough to meet every node. */
const AT_ONCE = 8;
/** How long the SDK waits for further changes of a list before it tells of them. */
const DEBOUNCE_MS = 200;

const USER = { name: 'Ada', color: 'blue', context: 'the sea' };

const addresses = process.argv.slice(2);
const byHttp = addresses[0].startsWith('http:');

/** Calls a tool without arguments on a connection of its own, which meets the next node; the SDK keeps its connections. */
function callOnNewConnection(address, name) {
  const headers = {
    'Content-Type': 'application/json',
    Accept: 'application/json, text/event-stream',
    'MCP-Protocol-Version': VERSION,
    'Mcp-Method': 'tools/call',
    'Mcp-Name': name,
  };
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': VERSION,
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  return new Promise((resolve, reject) => {
    const call = request(address, { method: 'POST', headers, agent: false }, (answer) =>
      answer.resume().on('end', resolve).on('error', reject),
    );
    call.on('error', reject);
    call.end(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, _meta } }));
  });
}

await run(async () => {
  const { client, transport, seen } = newStatelessClient(addresses, { form: USER });

  begin('discover');
  await within(client.connect(transport), 'discover');
  expect(client.getProtocolEra() === 'modern', 'the era without sessions', client.getProtocolEra());
  expect(client.getNegotiatedProtocolVersion() === VERSION, VERSION, client.getNegotiatedProtocolVersion());
  expect(client.getServerVersion()?.name === 'trunkline', 'the server trunkline', client.getServerVersion());
  const capabilities = client.getServerCapabilities();
  expect(capabilities?.resources?.subscribe === true, 'subscriptions', capabilities);
  expect(seen.requests.length === 1, 'one request', seen.requests);
  const discovered = await within(client.discover(), 'discover again');
  expect(discovered.supportedVersions.includes(VERSION), VERSION, discovered);

  begin('lists, which are kept as long as the server says');
  const tools = await within(client.listTools(), 'tools');
  for (const name of ['echo', 'add', 'sleep', 'whoami', 'test_wait']) {
    expect(
      tools.tools.some((tool) => tool.name === name),
      `the tool ${name}`,
      tools,
    );
  }
  expect(tools.ttlMs > 0 && tools.cacheScope === 'public', 'hints for those who keep it', tools);
  const asked = seen.requests.length;
  expect((await within(client.listTools(), 'tools')).tools.length === tools.tools.length, 'the same tools');
  expect(seen.requests.length === asked, 'no request for what is fresh', seen.requests.length - asked);
  const again = await within(client.listTools(undefined, { cacheMode: 'refresh' }), 'tools from another balancer');
  expect(seen.requests.length > asked, 'a request', seen.requests.length);
  expect(
    again.tools.map((tool) => tool.name).join() === tools.tools.map((tool) => tool.name).join(),
    'the same tools in the same order',
    again,
  );
  const resources = await within(client.listResources(), 'resources');
  expect(
    resources.resources.some((resource) => resource.uri === WATCHED),
    WATCHED,
    resources,
  );
  const templates = await within(client.listResourceTemplates(), 'templates');
  expect(templates.resourceTemplates.length === 1, 'one template', templates);
  const prompts = await within(client.listPrompts(), 'prompts');
  expect(
    prompts.prompts.some((prompt) => prompt.name === 'test_simple_prompt'),
    'the prompt test_simple_prompt',
    prompts,
  );

  begin('call');
  for (let i = 0; i < addresses.length; i++) {
    const sum = await within(client.callTool({ name: 'add', arguments: { a: 2, b: i } }), 'add');
    expect(sum.structuredContent?.sum === 2 + i, 'the sum', sum);
  }
  const wrong = await within(client.callTool({ name: 'add', arguments: { a: 'two', b: 40 } }), 'add');
  expect(wrong.isError === true, 'an error for arguments against the schema', wrong);
  const region = await within(
    client.callTool({ name: 'test_custom_header', arguments: { region: 'münchen' } }),
    'a call with a header',
  );
  expect(textOf(region) === 'Region: münchen', 'the region', region);
  expect(
    !byHttp || seen.requests.at(-1).headers.has('mcp-param-region'),
    'a header with the region',
    seen.requests.at(-1),
  );

  begin('progress and logging');
  const heard = [];
  const done = await within(
    client.callTool(
      { name: 'test_tool_with_progress', arguments: {} },
      { onprogress: ({ progress }) => heard.push(progress) },
    ),
    'a call with progress',
  );
  expect(done.isError !== true && heard.slice(0, 2).join() === '0,50', 'progress 0, 50', heard);
  await within(client.callTool({ name: 'test_tool_with_logging', arguments: {} }), 'a call that could log');
  expect(seen.logs.length === 0, 'no log messages without a level', seen.logs);
  await within(
    client.callTool({ name: 'test_tool_with_logging', arguments: {}, _meta: { [LOG_LEVEL_META_KEY]: 'info' } }),
    'a call that logs',
  );
  expect(seen.logs.length === 3, 'three log messages', seen.logs);

  begin('read, prompt, complete');
  const read = await within(client.readResource({ uri: 'test://template/123/data' }), 'read');
  expect(JSON.parse(read.contents[0].text).id === '123', 'the resource of the template', read);
  const prompt = await within(
    client.getPrompt({ name: 'test_prompt_with_arguments', arguments: { arg1: 'one', arg2: 'two' } }),
    'prompt',
  );
  expect(prompt.messages[0].content.text.includes("arg1='one', arg2='two'"), 'both arguments', prompt);
  const ref = { type: 'ref/prompt', name: 'test_prompt_with_arguments' };
  const completion = await within(client.complete({ ref, argument: { name: 'arg1', value: 'test' } }), 'completion');
  expect(completion.completion.values.join() === 'test,testing', 'test and testing', completion);

  begin('questions in rounds');
  const rounds = async (name) => textOf(await within(client.callTool({ name, arguments: {} }), name));
  const greeting = await rounds('test_input_required_result_elicitation');
  expect(greeting === 'Hello, Ada!', "the user's answer", greeting);
  expect(seen.questions.at(-1).message === 'What is your name?', 'the question', seen.questions);
  const sampled = await rounds('test_input_required_result_sampling');
  expect(sampled === 'You said: What is the capital of France?', "the model's answer", sampled);
  const before = seen.requests.length;
  const steps = await rounds('test_input_required_result_multi_round');
  expect(steps === 'Ada likes blue', 'both answers', steps);
  expect(seen.requests.length === before + 3, 'three requests', seen.requests.length - before);
  const all = await rounds('test_input_required_result_multiple_inputs');
  const start = 'You said: Generate a greeting Ada, roots: ';
  expect(all.startsWith(start) && all.includes('file:///work'), 'three answers', all);
  const askedPrompt = await within(
    client.getPrompt({ name: 'test_input_required_result_prompt' }),
    'a prompt that asks',
  );
  expect(askedPrompt.messages[0].content.text === 'Use this context: the sea', 'the context', askedPrompt);

  begin('errors');
  const unknown = await rejection(client.callTool({ name: 'nothing', arguments: {} }), 'a tool that nobody knows');
  expect(ProtocolError.isInstance(unknown) && unknown.code === INVALID_PARAMS, `code ${INVALID_PARAMS}`, unknown);
  expect(unknown.message.includes('nothing'), 'its name', unknown.message);
  const missing = await rejection(client.readResource({ uri: 'test://nothing' }), 'a resource that nobody knows');
  expect(missing.code === INVALID_PARAMS && missing.uri === 'test://nothing', 'its address', missing);
  const reserved = newStatelessClient(addresses, { capabilities: {} });
  await within(reserved.client.connect(reserved.transport), 'discover');
  const incapable = await rejection(
    reserved.client.callTool({ name: 'test_missing_capability', arguments: {} }),
    'a question to a client that cannot be asked',
  );
  expect(
    ProtocolError.isInstance(incapable) && incapable.code === MISSING_CAPABILITY,
    `code ${MISSING_CAPABILITY}`,
    incapable,
  );
  expect(incapable.requiredCapabilities?.sampling !== undefined, 'what it would have to be capable of', incapable.data);
  await reserved.client.close();

  begin('cancel');
  // By HTTP the client says it by closing the response, otherwise by a notification.
  const cancelledBefore = await cancelled(client);
  const calling = new AbortController();
  const waits = event();
  const call = client.callTool(
    { name: 'test_wait', arguments: {} },
    { signal: calling.signal, onprogress: ({ message }) => waits.happened(message) },
  );
  const node = await within(waits.promise, 'the call that is cancelled to run');
  const since = performance.now();
  calling.abort('no longer of interest');
  await rejection(call, 'the cancelled call');
  await within(
    (async () => {
      while ((await cancelled(client)).get(node) !== (cancelledBefore.get(node) ?? 0) + 1);
    })(),
    `${node} to see it`,
  );
  console.log(`  seen after at most ${Math.round(performance.now() - since)} ms`);

  begin('listen');
  const subscription = await within(
    client.listen({ resourceSubscriptions: [WATCHED], toolsListChanged: true }),
    'listen',
  );
  expect(
    subscription.honoredFilter.resourceSubscriptions.join() === WATCHED && subscription.honoredFilter.toolsListChanged,
    'all that was asked for',
    subscription.honoredFilter,
  );
  await within(seen.nextUpdate.promise, 'news of the resource');
  await within(seen.nextUpdate.promise, 'more news of the resource');
  await subscription.close();
  expect((await within(subscription.closed, 'its end')) === 'local', 'an end by the client');

  begin('what the client listens to by itself');
  const changes = [];
  const onChanged = (error) => changes.push(error);
  const watching = newStatelessClient(addresses, { options: { listChanged: { tools: { onChanged, debounceMs: DEBOUNCE_MS } } } });
  await within(watching.client.connect(watching.transport), 'discover');
  expect(watching.client.autoOpenedSubscription?.honoredFilter.toolsListChanged, 'a subscription to the list of tools');
  await within(
    (async () => {
      // The list changes on the node that is called, and clients of all nodes are told. The SDK tells of a change when no
      // other has followed for a while: so leave it that while.
      for (let call = 0; changes.length === 0; call++) {
        await (byHttp
          ? callOnNewConnection(addresses[call % addresses.length], 'test_trigger_tool_change')
          : watching.client.callTool({ name: 'test_trigger_tool_change', arguments: {} }));
        await new Promise((resolve) => setTimeout(resolve, 2 * DEBOUNCE_MS));
      }
    })(),
    'news of the list of tools',
  );
  expect(changes[0] === null, 'the new list', String(changes[0]));
  await watching.client.close();

  begin('a session of the same SDK');
  const old = newStatelessClient(addresses, { form: USER, options: { versionNegotiation: { mode: 'legacy' } } });
  await within(old.client.connect(old.transport), 'initialize');
  expect(old.client.getProtocolEra() === 'legacy', 'the era of sessions', old.client.getProtocolEra());
  expect(!byHttp || old.transport.sessionId !== undefined, 'a session', old.transport.sessionId);
  const name = 'test_input_required_result_elicitation';
  const welcome = textOf(await within(old.client.callTool({ name, arguments: {} }), 'a call that asks the user'));
  expect(welcome === 'Hello, Ada!', "the user's answer", welcome);
  if (byHttp) {
    await within(old.transport.terminateSession(), 'the end of the session');
  }
  await old.client.close();

  begin('close');
  expect(
    addresses.every((address) => seen.requests.some((request) => request.address === address)),
    'requests to every balancer',
    seen.requests,
  );
  expect(
    seen.requests.every(({ method, headers, meta }) =>
      byHttp
        ? method === 'POST' && !headers.has('mcp-session-id')
        : meta['io.modelcontextprotocol/protocolVersion'] === VERSION,
    ),
    'requests without a session',
    seen.requests,
  );
  expect(transport.sessionId === undefined, 'no session', transport.sessionId);
  // Over one connection the SDK forgets the listener of a call with its answer, before it has looked at progress that came first.
  const errors = seen.errors.filter((error) => byHttp || !error.includes('progress notification for an unknown token'));
  expect(errors.length === 0, 'no error besides', errors);
  await client.close();
});

/** How many calls each node has seen cancelled, by its name. */
async function cancelled(client) {
  const states = await within(
    atOnce(() => client.callTool({ name: 'test_waits', arguments: {} })),
    'the nodes',
  );
  return new Map(states.map(({ structuredContent }) => [structuredContent.node, structuredContent.cancelled]));
}

/** What as many of these give that each node gets one. */
function atOnce(begun) {
  return Promise.all(Array.from({ length: AT_ONCE }, begun));
}
