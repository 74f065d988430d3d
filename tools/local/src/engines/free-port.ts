import { createServer, type AddressInfo } from 'node:net';

/** A loopback port that was free a moment ago. Whoever binds it must be ready to lose the race and ask again. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
