// A real personal data server and the identity directory that it needs, both on this computer
// and in a folder of their own. Prints where they are as one line of JSON, and ends when its
// standard input does: whoever started it can't leave it behind.
//
//   node serve.mjs FOLDER        (FOLDER is empty, or comes into being)

import { mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Secp256k1Keypair } from '@atproto/crypto'
import { PDS, envToCfg, envToSecrets } from '@atproto/pds'

const require = createRequire(import.meta.url)
const plc = require('@did-plc/server') // CommonJS, without the names that an import would need

async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

const folder = process.argv[2]
const data = join(folder, 'data')
await mkdir(data, { recursive: true })

const plcPort = await freePort()
const directory = plc.PlcServer.create({ db: plc.Database.mock(), port: plcPort })
await directory.start()

const rotationKey = await Secp256k1Keypair.create({ exportable: true })
const recoveryKey = await Secp256k1Keypair.create()
const port = await freePort()
const settings = {
  devMode: true,
  port,
  hostname: 'localhost',
  dataDirectory: data,
  blobstoreDiskLocation: join(folder, 'blobs'),
  didPlcUrl: `http://localhost:${plcPort}`,
  plcRotationKeyK256PrivateKeyHex: Buffer.from(await rotationKey.export()).toString('hex'),
  recoveryDidKey: recoveryKey.did(),
  adminPassword: 'for-tests-only',
  jwtSecret: 'for-tests-only-and-on-this-computer',
  serviceHandleDomains: ['.test'],
  bskyAppViewUrl: 'https://appview.invalid',
  bskyAppViewDid: 'did:example:invalid',
  inviteRequired: false,
  disableSsrfProtection: true,
  crawlers: [],
}
const pds = await PDS.create(envToCfg(settings), envToSecrets(settings))
await pds.start()
console.log(JSON.stringify({ pds: `http://localhost:${port}`, plc: `http://localhost:${plcPort}` }))

process.stdin.resume()
await new Promise((resolve) => process.stdin.on('end', resolve).on('close', resolve))
await pds.destroy()
await directory.destroy()
process.exit(0)
