// Connections that are cut, and a client that comes back with Last-Event-ID: node resume.mjs ADDRESS [ADDRESS...]
//
// With several addresses it comes back to another one each time.

import { begin, event, expect, run, within } from './check.mjs';
import { newClient, textOf, WATCHED } from './client.mjs';
import { proxyTo } from './proxy.mjs';
import { transportFor } from './transports.mjs';

const NAP_MS = 1500;

const servers = process.argv.slice(2).map((address) => new URL(address));

await run(async () => {
  const way = await proxyTo(servers);
  const near = new URL(servers[0]);
  near.port = String(way.port);
  const resumed = [];
  const asked = event();
  let back = event();
  const { client, seen } = newClient({
    before: async () => {
      asked.happened();
      back = event();
      expect(way.cut() > 0, 'a connection to cut while the user is asked');
      // An answer on a connection of which the client does not know yet that it was cut would be lost.
      await within(back.promise, 'the client to come back');
    },
  });
  const transport = transportFor(near, {
    fetch: (url, init) => {
      const last = new Headers(init?.headers).get('last-event-id');
      if (last !== null) {
        resumed.push(last);
        back.happened();
      }
      return fetch(url, init);
    },
  });
  await within(client.connect(transport), 'initialize');
  const session = transport.sessionId;

  begin('a call whose stream is cut');
  const steps = [];
  const second = event();
  const call = client.callTool({ name: 'sleep', arguments: { milliseconds: NAP_MS } }, undefined, {
    onprogress: (progress) => {
      steps.push(progress.progress);
      if (steps.length === 2) {
        second.happened();
      }
    },
  });
  await within(second.promise, 'progress');
  expect(way.cut() > 0, 'a connection to cut');
  const slept = await within(call, 'the answer on another connection');
  expect(textOf(slept) === `Slept for ${NAP_MS} ms`, 'the answer', slept);
  expect(steps.length === 10 && steps.every((at, i) => at === (NAP_MS * (i + 1)) / 10), 'ten steps in order', steps);
  expect(resumed.some((id) => !id.startsWith('0-')), 'Last-Event-ID of the stream of the call', resumed);

  begin('a question whose stream is cut before the answer');
  const answer = client.callTool({ name: 'test_elicitation', arguments: { message: 'Still there?' } });
  await within(asked.promise, 'the question');
  expect(textOf(await within(answer, 'the answer')).includes('as you like'), "the user's answer", await answer);
  expect(seen.questions.length === 1, 'to be asked once', seen.questions);

  begin('a listening stream that is cut');
  await within(client.subscribeResource({ uri: WATCHED }), 'subscribe');
  await within(seen.nextUpdate.promise, 'news of the resource');
  const before = resumed.length;
  const later = seen.nextUpdate.promise;
  expect(way.cut() > 0, 'a connection to cut');
  await within(later, 'news on another connection');
  expect(resumed.slice(before).some((id) => id.startsWith('0-')), 'Last-Event-ID of the listening stream', resumed);

  begin('the session');
  const whoami = await within(client.callTool({ name: 'whoami', arguments: {} }), 'whoami');
  expect(transport.sessionId === session, 'one session all the time', transport.sessionId);
  expect(whoami.structuredContent?.session === session, 'the same session at the node', whoami);
  await within(transport.terminateSession(), 'the end of the session');
  await client.close();
});
