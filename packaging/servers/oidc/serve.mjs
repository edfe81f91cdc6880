// A certified OAuth server on this computer: authorization code with PKCE, refresh tokens that
// are replaced by each use. Prints where it is as one line of JSON, and ends when its standard
// input does: whoever started it can't leave it behind.
//
//   node serve.mjs CLIENT_ID CLIENT_SECRET REDIRECT_URI
//
// A person's two clicks (sign in, allow) are made by its own practice pages, at /interaction.

import { createServer } from 'node:http'
import Provider from 'oidc-provider'

const [clientId, clientSecret, redirectUri] = process.argv.slice(2)

const server = createServer()
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const issuer = `http://127.0.0.1:${server.address().port}`

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: clientId,
      client_secret: clientSecret,
      token_endpoint_auth_method: 'client_secret_post',
      application_type: 'native',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    },
  ],
  scopes: ['openid', 'offline_access', 'tracks'],
  pkce: { required: () => true },
  rotateRefreshToken: () => true,
  issueRefreshToken: async () => true,
  findAccount: async (ctx, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
  features: { devInteractions: { enabled: true }, revocation: { enabled: true } },
  ttl: { AccessToken: 3600, AuthorizationCode: 60, RefreshToken: 86400 },
  cookies: { keys: ['for-tests-only'] },
})
server.on('request', provider.callback())
console.log(JSON.stringify({ issuer }))

process.stdin.resume()
await new Promise((resolve) => process.stdin.on('end', resolve).on('close', resolve))
server.closeAllConnections()
server.close()
process.exit(0)
