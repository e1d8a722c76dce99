// An API behind https: its certificate is checked, chain and name, and there is no way around it (PX-18).
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { join } from 'node:path';
import test from 'node:test';

import { atEnd } from '../support/cleanup.mjs';
import { temporaryFolder } from '../support/cloche.mjs';
import { assertProblem, scene } from '../support/scene.mjs';

const limit = { timeout: 60_000 };

/** A certificate authority of one test, and certificates of its own making. */
function authority(folder, name) {
    const run = (...args) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
    run('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${name}.key`, '-out', `${name}.pem`, '-days', '2', '-subj', `/CN=${name}`);
    return {
        file: join(folder, `${name}.pem`),
        issue(host, names, days = '2') {
            writeFileSync(join(folder, 'names'), `subjectAltName=${names}\n`);
            run('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${host}.key`, '-out', `${host}.csr`, '-subj', `/CN=${host}`);
            run('x509', '-req', '-in', `${host}.csr`, '-CA', `${name}.pem`, '-CAkey', `${name}.key`, '-CAcreateserial', '-days', days, '-extfile', 'names', '-out', `${host}.pem`);
            return { key: readFileSync(join(folder, `${host}.key`)), cert: readFileSync(join(folder, `${host}.pem`)) };
        },
    };
}

async function secureApi(t, certificate) {
    const seen = [];
    const server = https.createServer(certificate, (request, response) => {
        seen.push(request.url);
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end('{"message":"by TLS"}');
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    atEnd(t, () => {
        server.closeAllConnections();
        return new Promise((resolve) => server.close(resolve));
    });
    server.on('tlsClientError', () => {});
    return { seen, port: server.address().port };
}

const upstream = (host, port) => ({ start: async () => {}, stop: async () => {}, url: `https://${host}:${port}` });
const open = { proxy: { auth: 'public' } };

test('a certificate of a known authority for the right name is good', limit, async (t) => {
    const folder = temporaryFolder(t);
    const known = authority(folder, 'known');
    const api = await secureApi(t, known.issue('good', 'DNS:localhost,IP:127.0.0.1'));
    for (const host of ['localhost', '127.0.0.1']) {
        const { visitor } = await scene(t, { api: upstream(host, api.port), config: { ...open, upstream_ca: known.file } });
        for (let i = 0; i < 3; ++i) {
            const answer = await visitor().get('/api/proxy/x');
            assert.equal(answer.status, 200, answer.describe());
            assert.equal(answer.json.message, 'by TLS');
        }
    }
});

const bad = [
    ['an authority nobody knows', (_, stranger) => stranger.issue('other', 'DNS:localhost')],
    ['another name', (known) => known.issue('else', 'DNS:api.example')],
    ['a name in the subject alone', (known) => known.issue('localhost', 'DNS:api.example')],
    ['an address where a name is asked for', (known) => known.issue('address', 'IP:127.0.0.1')],
    ['a time that is over', (known) => known.issue('old', 'DNS:localhost', '-1')],
];
for (const [what, make] of bad) {
    test(`a certificate with ${what} is refused, and nothing is sent`, limit, async (t) => {
        const folder = temporaryFolder(t);
        const known = authority(folder, 'known');
        const api = await secureApi(t, make(known, authority(folder, 'stranger')));
        const { visitor } = await scene(t, { api: upstream('localhost', api.port), config: { ...open, upstream_ca: known.file } });
        assertProblem(await visitor().get('/api/proxy/secret'), 502, 'upstream_unreachable');
        assert.deepEqual(api.seen, []);
    });
}

test('a server that speaks no TLS is refused: no way back to plain text', limit, async (t) => {
    const folder = temporaryFolder(t);
    const known = authority(folder, 'known');
    const { api: plain } = await scene(t);
    const { visitor } = await scene(t, { api: upstream('127.0.0.1', plain.port), config: { ...open, upstream_ca: known.file } });
    assertProblem(await visitor().get('/api/proxy/echo'), 502, 'upstream_unreachable');
    assert.deepEqual(plain.requests, []);
});
