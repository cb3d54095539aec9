// A node that dies while it is listened to and works: node node-killed.mjs NODE=PID,NODE=PID... ADDRESS...

import { ProtocolError } from '@modelcontextprotocol/client';
import { begin, event, expect, run, within } from './check.mjs';
import { textOf, WATCHED } from './client.mjs';
import { newStatelessClient, rejection } from './stateless-client.mjs';

const INTERNAL_ERROR = -32603;
/** Streams, and calls of each kind: enough to be spread over every node, for each has a connection of its own. */
const EACH = 8;
const NAP_MS = 4000;

const pids = new Map(process.argv[2].split(',').map((node) => node.split('=')));
const addresses = process.argv.slice(3);

await run(async () => {
  begin('listen');
  const first = newStatelessClient(addresses);
  await within(first.client.connect(first.transport), 'discover');
  const discover = first.client.getDiscoverResult();
  const listeners = [];
  for (let i = 0; i < EACH; i++) {
    const listener = newStatelessClient([addresses[i % addresses.length]]);
    await adopt(listener, discover);
    const subscription = await within(listener.client.listen({ resourceSubscriptions: [WATCHED] }), 'listen');
    listener.ended = false;
    subscription.closed.then(() => (listener.ended = true));
    listeners.push(listener);
  }
  await news(listeners, 'news before');

  begin('a node dies');
  const allAsked = event();
  const over = event();
  let asked = 0;
  const asks = newStatelessClient(addresses, {
    form: { name: 'Ada', color: 'blue' },
    before: async () => {
      asked++;
      if (asked === EACH) {
        allAsked.happened();
      }
      await over.promise;
    },
  });
  await adopt(asks, discover);
  const questions = Array.from({ length: EACH }, () =>
    asks.client.callTool({ name: 'test_input_required_result_multi_round', arguments: {} }),
  );
  const naps = Array.from({ length: EACH }, () =>
    asks.client.callTool({ name: 'sleep', arguments: { milliseconds: NAP_MS } }),
  );
  const runs = event();
  const call = first.client.callTool(
    { name: 'test_wait', arguments: {} },
    { onprogress: ({ message }) => runs.happened(message) },
  );
  const node = await within(runs.promise, 'a call to run');
  expect(pids.has(node), `one of ${[...pids.keys()]}`, node);
  await within(allAsked.promise, 'the first questions');
  process.kill(Number(pids.get(node)), 'SIGKILL');
  over.happened();

  const lost = await rejection(call, 'a call that must not be repeated');
  expect(ProtocolError.isInstance(lost) && lost.code === INTERNAL_ERROR, `code ${INTERNAL_ERROR}`, lost);
  expect(lost.data.reason === 'node_lost' && lost.data.executed === 'unknown', 'what became of it', lost.data);
  expect(first.seen.requests.length === 2, 'an answer on the stream of the call', first.seen.requests);

  begin('calls that are repeated');
  const slept = await within(Promise.all(naps), 'calls that are safe to repeat');
  expect(slept.every((nap) => textOf(nap) === `Slept for ${NAP_MS} ms`), 'all answers', slept);
  const answered = await within(Promise.all(questions), 'answers to questions of before');
  expect(answered.every((answer) => textOf(answer) === 'Ada likes blue'), 'all answers', answered);

  begin('listen on');
  await news(listeners, 'news after');
  await news(listeners, 'more news after');
  for (const { ended, seen } of listeners) {
    expect(!ended, 'streams that go on');
    expect(seen.requests.length === 1, 'the stream of before', seen.requests);
    expect(seen.errors.length === 0, 'no error', seen.errors);
  }
  await Promise.all([first, asks, ...listeners].map(({ client }) => client.close()));
});

/** Connects with what another client has discovered, which takes no request. */
function adopt({ client, transport }, discover) {
  return within(client.connect(transport, { prior: { kind: 'modern', discover } }), 'connect');
}

function news(listeners, what) {
  return within(Promise.all(listeners.map(({ seen }) => seen.nextUpdate.promise)), what);
}
