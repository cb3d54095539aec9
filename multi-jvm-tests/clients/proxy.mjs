// A way to the server that can be cut.

import net from 'node:net';

/** Listens on loopback and passes bytes on; `cut()` resets every connection that is open. */
export async function proxyTo(host, port) {
  const open = new Set();
  const server = net.createServer((near) => {
    const far = net.connect(port, host);
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
      for (const socket of [...open]) {
        socket.resetAndDestroy();
      }
      return count;
    },
  };
}
