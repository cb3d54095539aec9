// A client that finds its way to a token, and is served with it: node authorization.mjs SDK ADDRESS PORT
//
// SDK is 1 or 2, the version of the official SDK. PORT is where the authorization server is to be, which the cluster has
// been told before. Every request needs the scope mcp; the tool add needs write, too.

import * as second from '@modelcontextprotocol/client';
import { ClientCredentialsProvider } from '@modelcontextprotocol/sdk/client/auth-extensions.js';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { browse, MACHINE, startAuthorizationServer } from './authorization-server.mjs';
import { begin, expect, run, within } from './check.mjs';
import { textOf } from './client.mjs';
import { rejection } from './stateless-client.mjs';

const METADATA = '/.well-known/oauth-protected-resource';
const REDIRECT = 'http://127.0.0.1/callback';
const PAGE = 'http://localhost:6274';
const SUM = { name: 'add', arguments: { a: 2, b: 40 } };
const FREE = { name: 'whoami', arguments: {} };

const first = { Client, StreamableHTTPClientTransport, ClientCredentialsProvider, UnauthorizedError };
const [version, address, port] = process.argv.slice(2);
const sdk = version === '1' ? first : second;
const origin = new URL(address).origin;

/** A client of the SDK, and its requests: method, path, and whether there was a token. */
function newClient(authProvider) {
  const options = version === '1' ? {} : { versionNegotiation: { mode: 'auto' } };
  const client = new sdk.Client({ name: 'trunkline-scripts', version }, { capabilities: {}, ...options });
  const requests = [];
  const transport = new sdk.StreamableHTTPClientTransport(new URL(address), {
    authProvider,
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      const token = new Headers(init?.headers).get('Authorization')?.startsWith('Bearer ') ?? false;
      requests.push({ url: String(url), method: init?.method ?? 'GET', token, status: response.status });
      return response;
    },
  });
  return { client, transport, requests };
}

async function connected(authProvider) {
  const { client, transport } = newClient(authProvider);
  await within(client.connect(transport), 'connect');
  return client;
}

/** Whoever clicks for himself: keeps what a client has to remember, and the address that it opens. */
function newUser() {
  const kept = {};
  return {
    opened: undefined,
    kept,
    redirectUrl: REDIRECT,
    clientMetadata: {
      client_name: 'trunkline-scripts',
      redirect_uris: [REDIRECT],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    },
    state: () => 'what-the-client-wants-to-hear-again',
    clientInformation: () => kept.information,
    saveClientInformation: (information) => (kept.information = information),
    tokens: () => kept.tokens,
    saveTokens: (tokens) => (kept.tokens = tokens),
    codeVerifier: () => kept.verifier,
    saveCodeVerifier: (verifier) => (kept.verifier = verifier),
    discoveryState: () => kept.discovery,
    saveDiscoveryState: (discovery) => (kept.discovery = discovery),
    redirectToAuthorization(url) {
      this.opened = url;
    },
  };
}

/** Does what the user's browser would do, and gives the client what comes back. */
async function agree(user, transport) {
  const asked = user.opened.searchParams;
  expect(asked.get('resource') === address, 'the resource in what the client opens', user.opened.href);
  expect(asked.get('code_challenge_method') === 'S256', 'PKCE', user.opened.href);
  const back = await within(browse(user.opened, REDIRECT), 'the user to agree');
  expect(back.searchParams.get('state') === user.state(), 'the state', back.href);
  const code = back.searchParams.get('code');
  expect(code !== null, 'a code', back.href);
  await within(transport.finishAuth(version === '1' ? code : back.searchParams), 'a token for the code');
}

function claimsOf(tokens) {
  return JSON.parse(Buffer.from(tokens.access_token.split('.')[1], 'base64url'));
}

function headerOf(tokens) {
  return JSON.parse(Buffer.from(tokens.access_token.split('.')[0], 'base64url'));
}

function post(headers = {}) {
  return fetch(address, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream', ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
  });
}

/** Asks until there is no answer but 401: what has been shown holds no more. */
function refused(headers) {
  return within(
    (async () => {
      while ((await post(headers)).status !== 401);
    })(),
    'a token that holds no more',
  );
}

async function describes() {
  begin('what the server says about itself');
  const challenge = await post();
  expect(challenge.status === 401, '401 without a token', challenge.status);
  const { resourceMetadataUrl, scope } = second.extractWWWAuthenticateParams(challenge);
  expect(scope === 'mcp', 'the scope in the challenge', scope);
  expect(resourceMetadataUrl?.href === `${origin}${METADATA}/mcp`, 'where the metadata is', resourceMetadataUrl?.href);
  const described = await fetch(resourceMetadataUrl);
  expect(described.headers.get('Cache-Control')?.includes('max-age='), 'how long it holds', [...described.headers]);
  const metadata = await described.json();
  expect(metadata.resource === address, 'the address as the resource', metadata);
  expect(metadata.authorization_servers.join() === `http://127.0.0.1:${port}`, 'one authorization server', metadata);
  expect(metadata.bearer_methods_supported.join() === 'header', 'tokens in headers alone', metadata);
  expect(metadata.scopes_supported.join() === 'mcp', 'the least scope', metadata);
  expect((await fetch(origin + METADATA)).status === 200, 'the same at the root');
  expect((await fetch(`${origin}${METADATA}/other`)).status === 404, '404 for another resource');
  const head = await fetch(resourceMetadataUrl, { method: 'HEAD' });
  expect(head.status === 200 && Number(head.headers.get('Content-Length')) > 0, 'an answer to HEAD', head.status);

  begin('what a page in a browser needs');
  const asked = { Origin: PAGE, 'Access-Control-Request-Method': 'POST' };
  const wanted = 'authorization, content-type, mcp-protocol-version, mcp-session-id';
  for (const url of [address, resourceMetadataUrl]) {
    const preflight = await fetch(url, {
      method: 'OPTIONS',
      headers: { ...asked, 'Access-Control-Request-Headers': wanted },
    });
    expect(preflight.status === 204, 'an answer before anybody shows a token', preflight.status);
    expect(preflight.headers.get('Access-Control-Allow-Origin') === PAGE, 'the page', [...preflight.headers]);
    expect(preflight.headers.get('Access-Control-Allow-Headers') === wanted, 'its headers', [...preflight.headers]);
  }
  const read = await post({ Origin: PAGE });
  expect(read.status === 401, '401 for the page', read.status);
  const exposed = read.headers.get('Access-Control-Expose-Headers')?.toLowerCase() ?? '';
  expect(exposed.includes('www-authenticate') && exposed.includes('mcp-session-id'), 'headers to read', exposed);
  const stranger = await post({ Origin: 'https://elsewhere.example' });
  expect(stranger.status === 403, '403 for another page', stranger.status);
  expect(!stranger.headers.has('Access-Control-Allow-Origin'), 'nothing to read', [...stranger.headers]);
}

/** Client credentials: from the first 401 to a tool that needs more. */
async function machine(server) {
  begin('a machine finds its token');
  const newMachine = (scope) =>
    new sdk.ClientCredentialsProvider({
      clientId: MACHINE.client_id,
      clientSecret: MACHINE.client_secret,
      expectedIssuer: server.issuer,
      scope,
    });
  // 2.x asks for the scopes that it is told of; 1.x for those that it is made with, whatever it is told.
  let provider = newMachine(version === '1' ? 'mcp' : undefined);
  let { client, transport, requests } = newClient(provider);
  await within(client.connect(transport), 'connect');
  expect(requests[0].status === 401 && !requests[0].token, 'no token at first', requests);
  expect(requests[1].url === `${origin}${METADATA}/mcp`, 'the metadata of the resource next', requests);
  expect(server.issued.client_credentials === 1, 'one token', server.issued);
  const claims = claimsOf(provider.tokens());
  expect(claims.aud === address && claims.iss === server.issuer && claims.scope === 'mcp', 'a token for us', claims);
  await within(client.callTool(FREE), 'a tool that anybody may call');
  expect(server.issued.client_credentials === 1, 'the same token', server.issued);

  begin('a machine gets a further scope');
  const before = requests.length;
  if (version === '1') {
    const lacking = await rejection(client.callTool(SUM), 'a tool that needs more');
    expect(lacking.code === 403, 'that it may not', String(lacking));
    await client.close();
    provider = newMachine('mcp write');
    client = await connected(provider);
  }
  const sum = await within(client.callTool(SUM), 'a tool that needs more');
  expect(sum.structuredContent?.sum === 42, 'the sum', sum);
  expect(requests[before].status === 403, '403 at first', requests.slice(before));
  const wider = claimsOf(provider.tokens()).scope.split(' ').sort().join(' ');
  expect(wider === 'mcp write', 'both scopes', wider);

  begin('a machine whose token has ended gets another');
  server.lifetime = 2;
  provider.saveTokens(undefined);
  const brief = await connected(provider);
  const short = provider.tokens();
  server.lifetime = 300;
  await refused({ Authorization: `Bearer ${short.access_token}` });
  await within(brief.callTool(FREE), 'a call with a token that has ended');
  expect(provider.tokens().access_token !== short.access_token, 'a new token');
  await brief.close();
  return { client, provider };
}

/** Authorization code with PKCE, for a client that nobody has registered. */
async function person(server) {
  begin('a person is sent to the authorization server');
  const user = newUser();
  const before = newClient(user);
  const refusal = await rejection(before.client.connect(before.transport), 'connect without a token');
  expect(refusal instanceof sdk.UnauthorizedError, 'a client that waits for its user', String(refusal));
  expect(user.kept.information?.client_id !== undefined, 'a client that has registered', user.kept);
  await agree(user, before.transport);
  expect(claimsOf(user.kept.tokens).sub === 'ada', 'a token of the user', claimsOf(user.kept.tokens));

  begin('a person is served');
  const { client, transport } = newClient(user);
  await within(client.connect(transport), 'connect with a token');
  await within(client.callTool(FREE), 'a tool that anybody may call');

  begin('a person is asked again for a tool that needs more');
  if (version === '1') {
    // As long as it has a refresh token, 1.x refreshes it instead, which adds no scope, and gives up.
    const { refresh_token: left, ...tokens } = user.kept.tokens;
    expect(left !== undefined, 'a refresh token', Object.keys(user.kept.tokens));
    user.kept.tokens = tokens;
  }
  user.opened = undefined;
  await rejection(client.callTool(SUM), 'a tool that needs more');
  expect(user.opened?.searchParams.get('scope').split(' ').includes('write'), 'the user to be asked', user.opened);
  await agree(user, transport);
  const sum = await within(client.callTool(SUM), 'the tool with both scopes');
  expect(sum.structuredContent?.sum === 42, 'the sum', sum);
  return { client, user };
}

await run(async () => {
  const server = await startAuthorizationServer(port, address, ['mcp', 'write']);
  await describes();
  const { client: own, provider } = await machine(server);
  const { client, user } = await person(server);

  begin('a key is withdrawn');
  // Whoever comes with a token of the new key makes the balancer ask for keys.
  const old = provider.tokens().access_token;
  server.alg = 'EdDSA';
  provider.saveTokens(undefined);
  await within(own.callTool(FREE), 'a call of a machine that needs a token');
  expect(headerOf(provider.tokens()).alg === 'EdDSA', 'a token of the new key', headerOf(provider.tokens()));
  await refused({ Authorization: `Bearer ${old}` });

  begin('a person goes on, with a token that was refreshed');
  const refreshed = server.issued.refresh_token ?? 0;
  const answer = textOf(await within(client.callTool(FREE), 'a call with a withdrawn key'));
  expect(answer.length > 0, 'an answer', answer);
  expect(server.issued.refresh_token === refreshed + 1, 'one refresh', server.issued);
  expect(headerOf(user.kept.tokens).alg === 'EdDSA', 'a token of the new key', headerOf(user.kept.tokens));

  begin('close');
  await own.close();
  await client.close();
  await server.close();
});
