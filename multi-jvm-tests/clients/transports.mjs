// The transports of the official SDK, and one for the port that takes a message per line.

import net from 'node:net';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { WebSocketClientTransport } from '@modelcontextprotocol/sdk/client/websocket.js';
import { ReadBuffer, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js';

/** A message per line over TCP: what the SDK does over the pipes of a child process. */
class LineTransport {
  #address;
  #socket;
  #buffer = new ReadBuffer();

  constructor(address) {
    this.#address = address;
  }

  start() {
    return new Promise((resolve, reject) => {
      this.#socket = net.connect(Number(this.#address.port), this.#address.hostname, resolve);
      this.#socket.setNoDelay(true);
      this.#socket.on('error', (error) => {
        reject(error);
        this.onerror?.(error);
      });
      this.#socket.on('close', () => this.onclose?.());
      this.#socket.on('data', (bytes) => {
        this.#buffer.append(bytes);
        for (let message = this.#buffer.readMessage(); message !== null; message = this.#buffer.readMessage()) {
          this.onmessage?.(message);
        }
      });
    });
  }

  send(message) {
    return new Promise((resolve, reject) => {
      this.#socket.write(serializeMessage(message), (error) => (error ? reject(error) : resolve()));
    });
  }

  async close() {
    this.#socket.destroy();
  }
}

/** How soon a client comes back for a stream that was cut. */
const COMING_BACK = {
  initialReconnectionDelay: 50,
  maxReconnectionDelay: 1000,
  reconnectionDelayGrowFactor: 1.5,
  maxRetries: 20,
};

/** A transport for `tcp://`, `ws://` or `http://`; a path that ends in `/sse` means the deprecated one. */
export function transportFor(address, options = {}) {
  const url = new URL(address);
  if (url.protocol === 'tcp:') {
    return new LineTransport(url);
  }
  if (url.protocol === 'ws:') {
    return new WebSocketClientTransport(url);
  }
  if (url.pathname.endsWith('/sse')) {
    return new SSEClientTransport(url);
  }
  return new StreamableHTTPClientTransport(url, { reconnectionOptions: COMING_BACK, ...options });
}
