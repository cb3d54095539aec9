// The client of the scripts for the era without sessions (MCP 2026-07-28): version 2 of the official SDK.

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { event, expect, within } from './check.mjs';
import { WATCHED } from './client.mjs';
import { transportFor } from './transports.mjs';

export const VERSION = '2026-07-28';
export const CAN_BE_ASKED = { sampling: {}, elicitation: { form: {} }, roots: {} };

/**
 * A client that sends each request to the next of these addresses, or all of them over one connection to the first one when
 * that is no `http://`. Its user answers forms with what `form` has, once `before` is over; its model repeats what it is
 * told. `options` are the SDK's. `seen` has what it was asked and told, and each request as it went out.
 *
 * @param {string[]} addresses of the balancers
 * @param {{capabilities?: object, form?: object, before?: () => Promise<void>, options?: object}} what
 */
export function newStatelessClient(addresses, { capabilities = CAN_BE_ASKED, form = {}, before, options = {} } = {}) {
  const client = new Client(
    { name: 'trunkline-scripts', version: '2' },
    { capabilities, versionNegotiation: { mode: 'auto' }, ...options },
  );
  const seen = { requests: [], questions: [], logs: [], updates: 0, nextUpdate: event(), errors: [] };
  if (capabilities.elicitation) {
    client.setRequestHandler('elicitation/create', async (request) => {
      seen.questions.push(request.params);
      await before?.();
      return { action: 'accept', content: form };
    });
  }
  if (capabilities.sampling) {
    client.setRequestHandler('sampling/createMessage', (request) => ({
      model: 'none',
      role: 'assistant',
      content: { type: 'text', text: `You said: ${request.params.messages[0].content.text}` },
    }));
  }
  if (capabilities.roots) {
    client.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///work', name: 'work' }] }));
  }
  client.setNotificationHandler('notifications/message', (notification) => {
    seen.logs.push(notification.params);
  });
  client.setNotificationHandler('notifications/resources/updated', (notification) => {
    expect(notification.params.uri === WATCHED, WATCHED, notification);
    seen.updates++;
    seen.nextUpdate.happened();
    seen.nextUpdate = event();
  });
  client.onerror = (error) => seen.errors.push(String(error));
  const transport = addresses[0].startsWith('http:') ? inTurn(addresses, seen) : overOne(addresses[0], seen);
  return { client, transport, seen };
}

function inTurn(addresses, seen) {
  return new StreamableHTTPClientTransport(new URL(addresses[0]), {
    fetch: (url, init) => {
      const address = addresses[seen.requests.length % addresses.length];
      seen.requests.push({ address, method: init.method, headers: new Headers(init.headers) });
      return fetch(address, init);
    },
  });
}

/** A connection that carries all messages, of which there is no transport in version 2 of the SDK. */
function overOne(address, seen) {
  const transport = transportFor(address);
  const send = transport.send.bind(transport);
  transport.send = (message) => {
    if (message.id !== undefined && message.method !== undefined) {
      seen.requests.push({ address, method: message.method, meta: message.params._meta });
    }
    return send(message);
  };
  return transport;
}

/** The error that a promise is rejected with. */
export async function rejection(promise, what) {
  const outcome = await within(
    promise.then(
      (result) => ({ result }),
      (error) => ({ error }),
    ),
    what,
  );
  expect(outcome.error !== undefined, `${what} to fail`, outcome.result);
  return outcome.error;
}
