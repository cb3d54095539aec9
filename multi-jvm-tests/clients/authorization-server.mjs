// A real authorization server on loopback, oidc-provider, which signs access tokens for one resource as JWTs (RFC 9068).

import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { errors, Provider } from 'oidc-provider';

const HOST = '127.0.0.1';
const USER = 'ada';
const INTERACTION = '/interaction/';

/** A client that proves its secret, and gets tokens for itself. */
export const MACHINE = { client_id: 'machine', client_secret: randomBytes(32).toString('base64url') };

function newKey(alg, type, options) {
  const { publicKey, privateKey } = generateKeyPairSync(type, options);
  const named = { alg, use: 'sig', kid: randomUUID() };
  return {
    open: { ...publicKey.export({ format: 'jwk' }), ...named },
    secret: { ...privateKey.export({ format: 'jwk' }), ...named },
  };
}

/**
 * Starts one. `issued` counts tokens by grant type. `lifetime` is that of access tokens, in seconds. `alg` is what they are
 * signed with, ES256 or EdDSA, each with a key of its own; only the key in use is published. Its user is always there and
 * agrees to everything; clients may register (RFC 7591), and are asked for PKCE.
 *
 * @param {number} port
 * @param {string} resource the only one that tokens are for (RFC 8707)
 * @param {string[]} scopes of the resource
 */
export async function startAuthorizationServer(port, resource, scopes) {
  const keys = {
    ES256: newKey('ES256', 'ec', { namedCurve: 'P-256' }),
    EdDSA: newKey('EdDSA', 'ed25519', {}),
  };
  const state = { issuer: `http://${HOST}:${port}`, issued: {}, lifetime: 300, alg: 'ES256', close };
  const provider = new Provider(state.issuer, {
    clients: [
      {
        ...MACHINE,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    jwks: { keys: [keys.ES256.secret, keys.EdDSA.secret] },
    cookies: { keys: [randomUUID()] },
    scopes: ['openid', 'offline_access'],
    // Clients register with the scopes that they want first, and would never get another.
    extraClientMetadata: {
      properties: ['any_scope'],
      validator: (context, name, value, metadata) => delete metadata.scope,
    },
    findAccount: (context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    issueRefreshToken: (context, client) => client.grantTypeAllowed('refresh_token'),
    interactions: { url: (context, interaction) => INTERACTION + interaction.uid },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      registration: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        defaultResource: () => [],
        getResourceServerInfo: (context, asked) => {
          if (asked !== resource) {
            throw new errors.InvalidTarget();
          }
          return {
            scope: scopes.join(' '),
            audience: resource,
            accessTokenFormat: 'jwt',
            accessTokenTTL: state.lifetime,
            jwt: { sign: { alg: state.alg } },
          };
        },
      },
    },
  });
  provider.on('grant.success', ({ oidc }) => {
    const type = oidc.params.grant_type;
    state.issued[type] = (state.issued[type] ?? 0) + 1;
  });
  const rest = provider.callback();
  const server = createServer((request, response) => {
    if (request.url.startsWith(INTERACTION)) {
      agree(provider, resource, request, response).catch((error) => response.writeHead(500).end(String(error)));
    } else if (request.url === '/jwks') {
      response.setHeader('Content-Type', 'application/jwk-set+json');
      response.end(JSON.stringify({ keys: [keys[state.alg].open] }));
    } else {
      rest(request, response);
    }
  });
  await new Promise((resolve, reject) => server.on('error', reject).listen(port, HOST, resolve));

  function close() {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  }

  return state;
}

/** What the user does whenever he is asked: logs in, and agrees to all that is wanted. */
async function agree(provider, resource, request, response) {
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  if (prompt.name === 'login') {
    await provider.interactionFinished(request, response, { login: { accountId: USER } });
    return;
  }
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope('openid offline_access');
  grant.addResourceScope(resource, params.scope);
  await provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
}

/** What a browser does with the address that a client opens: follows it to the client's own, which is returned. */
export async function browse(start, redirectUri) {
  const cookies = new Map();
  let url = new URL(start);
  for (let hops = 0; hops < 20; hops++) {
    if (url.href.startsWith(redirectUri)) {
      return url;
    }
    const headers = { Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
    const response = await fetch(url, { redirect: 'manual', headers });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair] = cookie.split(';');
      const is = pair.indexOf('=');
      cookies.set(pair.slice(0, is), pair.slice(is + 1));
    }
    const location = response.headers.get('Location');
    if (location === null) {
      throw new Error(`${url} answers ${response.status} ${await response.text()}`);
    }
    url = new URL(location, url);
  }
  throw new Error(`${start} leads nowhere`);
}
