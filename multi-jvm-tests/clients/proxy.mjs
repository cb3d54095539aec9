// A way to a server that can be cut, and lead to another server then.

import net from 'node:net';

/**
 * Listens on loopback and passes bytes on to the first of these URLs. `cut()` resets every connection that is open, says how
 * many there were, and makes the next ones lead to the next URL.
 */
export async function proxyTo(urls) {
  let at = 0;
  const open = new Set();
  const server = net.createServer((near) => {
    const far = net.connect(Number(urls[at].port), urls[at].hostname);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    cut() {
      const count = open.size / 2;
      at = (at + 1) % urls.length;
      for (const socket of [...open]) {
        socket.resetAndDestroy();
      }
      return count;
    },
  };
}
