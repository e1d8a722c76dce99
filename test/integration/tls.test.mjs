// https without a proxy in front: certificates, what becomes of plain http, and a session over it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import tls from 'node:tls';

import { run, temporaryFolder, writeConfig } from '../support/cloche.mjs';
import { exchange } from '../support/http_client.mjs';
import { eventually } from '../support/scene.mjs';
import { devCert, secureScene } from '../support/secure_scene.mjs';
import { person, password } from '../support/mock_api.mjs';

const limit = { timeout: 60_000 };

/** The serial number of the certificate that a new connection is shown. */
const shown = ({ port, ca }) =>
    new Promise((resolve, reject) => {
        const socket = tls.connect({ host: '127.0.0.1', port, servername: 'localhost', ca }, () => {
            resolve(socket.getPeerCertificate().serialNumber);
            socket.destroy();
        });
        socket.on('error', reject);
    });

test('a person signs in and asks the API over https; the cookie is the one with all prefixes', limit, async (t) => {
    const { ask, api } = await secureScene(t);
    const json = { 'content-type': 'application/json', origin: 'https://localhost', 'sec-fetch-site': 'same-origin' };
    const signedIn = await ask('/api/auth/login', { method: 'POST', headers: json, body: JSON.stringify({ email: person.email, password }) });
    assert.equal(signedIn.status, 200, signedIn.text);
    const [line] = signedIn.headers['set-cookie'];
    assert.match(line, /^__Host-Http-session=[\w-]{43};.*; HttpOnly/i);
    assert.match(line, /; Secure/i);
    const cookie = line.split(';')[0];
    for (let turn = 0; turn < 3; ++turn) {
        const me = await ask('/api/proxy/auth/me', { headers: { cookie } });
        assert.equal(me.status, 200, me.text);
        assert.equal(JSON.parse(me.text).data.email, person.email);
    }
    assert.equal(api.last('me').headers['x-forwarded-proto'], 'https');
});

test('CA-6: plain http is led to https for pages, and refused for programs and forms', limit, async (t) => {
    const { gateway } = await secureScene(t, { tls: { redirect: '127.0.0.1:0' } });
    const port = await gateway.program.listening('redirect');
    const at = (path, options = {}) => exchange(`http://127.0.0.1:${port}${path}`, { ...options, headers: { host: 'localhost', ...options.headers } });
    const page = await at('/account/orders?page=2');
    assert.equal(page.status, 308, page.describe());
    assert.equal(page.headers.location, 'https://localhost/account/orders?page=2');
    assert.equal((await at('/', { method: 'HEAD' })).status, 308);
    for (const [path, options] of [['/api/auth/session'], ['/api/proxy/orders'], ['/auth/login', { method: 'POST', body: 'a=b' }], ['//evil.example/'], ['/a/%2e%2e/b']]) {
        const refused = await at(path, options);
        assert.equal(refused.status, 403, refused.describe());
        assert.equal(refused.headers.location, undefined);
        assert.equal(refused.headers['cloche-error'], 'forbidden');
    }
    const foreign = await at('/', { headers: { host: 'evil.example' } });
    assert.equal(foreign.status, 421, foreign.describe());
});

test('plain http at the port of https is told so', limit, async (t) => {
    const { port } = await secureScene(t);
    const answer = await exchange(`http://127.0.0.1:${port}/`);
    assert.equal(answer.status, 400, answer.describe());
    assert.match(answer.json.detail, /https/);
});

test('a new certificate is used for new connections, without a restart; a broken one changes nothing', limit, async (t) => {
    const all = await secureScene(t);
    const before = await shown(all);
    const next = await devCert(temporaryFolder(t));
    copyFileSync(next.authority, `${all.certificate}.next`);
    renameSync(`${all.certificate}.next`, all.certificate);
    await eventually('it is said', () => /certificates_not_loaded/.test(all.gateway.program.stderr));
    assert.equal(await shown(all), before);
    copyFileSync(next.key, `${all.key}.next`);
    renameSync(`${all.key}.next`, all.key);
    copyFileSync(next.certificate, `${all.certificate}.next`);
    renameSync(`${all.certificate}.next`, all.certificate);
    const ca = readFileSync(next.authority);
    await eventually('the new one', () => shown({ ...all, ca }).then((serial) => serial !== before, () => false));
});

test('curl is content, with TLS 1.2 and 1.3', limit, async (t) => {
    const { port, authority } = await secureScene(t);
    for (const version of ['--tls-max=1.2', '--tlsv1.3']) {
        const [option, value] = version.split('=');
        const args = ['-sS', '--cacert', authority, '--resolve', `localhost:${port}:127.0.0.1`, option, ...(value ? [value] : [])];
        const said = execFileSync('curl', [...args, '-H', 'Host: localhost', `https://localhost:${port}/api/auth/session`], { env: { ...process.env, no_proxy: '*' } });
        assert.deepEqual(JSON.parse(said), { authenticated: false });
    }
});

test('what is wrong with the configuration is said with its line', limit, async (t) => {
    const folder = temporaryFolder(t);
    const { certificate, key } = await devCert(folder);
    assert.equal(statSync(key).mode & 0o777, 0o600);
    const again = await run(['dev-cert', folder]);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /is there already/);

    const check = (text) => run(['check', writeConfig(folder, 'gateway.yaml', text)]);
    const plain = await check(`public_url: http://localhost:3000\ntls: { certificates: [ { certificate: ${certificate}, key: ${key} } ] }\n`);
    assert.equal(plain.code, 78);
    assert.match(plain.stderr, /gateway\.yaml:1: public_url: is plain http/);
    const half = await check(`public_url: https://localhost\ntls:\n  certificates:\n    - certificate: ${certificate}\n`);
    assert.match(half.stderr, /tls\.certificates.*names no key/);
    const unknown = await check(`public_url: https://localhost\ntls:\n  certificates:\n    - { certificate: ${certificate}, kye: ${key} }\n`);
    assert.match(unknown.stderr, /tls\.certificates\.kye: is not a key.*did you mean "key"/s);
    const none = await check('tls: { redirect: 127.0.0.1:8080 }\n');
    assert.match(none.stderr, /gateway\.yaml:1: tls\.redirect: there is no https/);
    const loopback = { listen: '127.0.0.1:0', operations: '127.0.0.1:0', data: join(folder, 'data') };
    const swapped = { public_url: 'https://localhost', ...loopback, tls: { certificates: [{ certificate: key, key }] } };
    const started = await run(['serve', '--config', writeConfig(folder, 'swapped.yaml', swapped)], { limit: 10_000 });
    assert.equal(started.code, 1, started.stderr);
    assert.match(started.stderr, /key\.pem: no certificate in PEM/);
});
