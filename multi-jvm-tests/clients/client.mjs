// The client of the scripts: it can be asked everything, and remembers what it was told.

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  LoggingMessageNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { event } from './check.mjs';

export const WATCHED = 'test://watched-resource';

/** A client whose user fills in forms as `answers` says, and whose model repeats what it is told. */
export function newClient(answers = {}) {
  const client = new Client(
    { name: 'trunkline-scripts', version: '1' },
    { capabilities: { sampling: {}, elicitation: { form: {} }, roots: {} } },
  );
  const seen = { questions: [], logs: [], updates: 0, nextUpdate: event() };
  client.setRequestHandler(ElicitRequestSchema, async (request) => {
    seen.questions.push(request.params);
    await answers.before?.();
    return { action: 'accept', content: answers.form ?? { response: 'as you like' } };
  });
  client.setRequestHandler(CreateMessageRequestSchema, async (request) => ({
    model: 'none',
    role: 'assistant',
    content: { type: 'text', text: `You said: ${request.params.messages[0].content.text}` },
  }));
  client.setNotificationHandler(LoggingMessageNotificationSchema, (notification) => {
    seen.logs.push(notification.params);
  });
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, (notification) => {
    if (notification.params.uri === WATCHED) {
      seen.updates++;
      seen.nextUpdate.happened();
      seen.nextUpdate = event();
    }
  });
  return { client, seen };
}

/** The text of a tool's result. */
export function textOf(result) {
  return result.content.map((content) => content.text ?? '').join('');
}
