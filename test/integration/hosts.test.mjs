// Which host names are answered for, and what is said of the client's address.
import assert from 'node:assert/strict';
import test from 'node:test';

import { sendRaw } from '../support/http_raw.mjs';
import { assertProblem, scene, signedInScene } from '../support/scene.mjs';

const limit = { timeout: 60_000 };

test('hosts in development', limit, async (t) => {
    const { gateway, visitor } = await scene(t);
    const ask = (host) => visitor().get('/api/auth/session', { headers: { host } });
    for (const host of [`localhost:${gateway.port}`, `127.0.0.1:${gateway.port}`, `[::1]:${gateway.port}`, `LOCALHOST:${gateway.port}`]) {
        await t.test(`${host.replace(/\d{4,}/, 'PORT')} is answered`, async () => assert.equal((await ask(host)).status, 200));
    }
    for (const host of ['evil.example', `evil.example:${gateway.port}`, 'localhost:1', `localhost.evil.example:${gateway.port}`, `127.0.0.2:${gateway.port}`]) {
        await t.test(`${host.replace(/\d{4,}/, 'PORT')} is misdirected (PX-6)`, async () => assertProblem(await ask(host), 421, 'misdirected'));
    }
});

test('hosts in production', limit, async (t) => {
    const { api, visitor } = await scene(t, { config: { public_url: 'https://app.example', hosts: ['www.app.example', 'app.example:8443'], trusted_proxies: ['127.0.0.1/32'] } });
    const ask = (host) => visitor().get('/api/auth/session', { headers: { host, 'x-forwarded-proto': 'https' } });
    for (const host of ['app.example', 'app.example:443', 'www.app.example', 'app.example:8443', 'APP.example']) {
        await t.test(`${host} is answered`, async () => assert.equal((await ask(host)).status, 200));
    }
    for (const host of ['localhost', '127.0.0.1', 'app.example:80', 'evil.example', 'xapp.example', 'app.example.evil.example', 'app.example:8444']) {
        await t.test(`${host} is misdirected`, async () => assertProblem(await ask(host), 421, 'misdirected'));
    }
    assert.equal(api.requests.length, 0);
});

test('the host of an absolute target counts, and cannot choose the API (BF-3, PX-6)', limit, async (t) => {
    const { gateway, zoe } = await signedInScene(t);
    const host = `localhost:${gateway.port}`;
    const ask = (target, field) => sendRaw(gateway.port, `GET ${target} HTTP/1.1\r\nHost: ${field}\r\nCookie: ${zoe.jar.header}\r\n\r\n`);
    const good = await ask(`http://${host}/api/proxy/echo`, host);
    assert.equal(good.answers[0].status, 200, good.received);
    assert.equal(JSON.parse(good.answers[0].body).url, '/echo');
    for (const target of ['http://evil.example/api/proxy/echo', 'http://evil.example:80/', `http://x@${host}/`]) {
        const bad = await ask(target, host);
        assert.ok([400, 421].includes(bad.answers[0]?.status), `${target}: ${bad.received}`);
    }
    const odd = await ask(`http://${host}@evil.example/api/proxy/echo`, host);
    assert.ok([400, 421].includes(odd.answers[0]?.status), odd.received);
});

test('forwarded addresses are believed of trusted peers only (FW-1, FW-2)', limit, async (t) => {
    const echoed = async (config, headers) => {
        const { zoe } = await signedInScene(t, { config });
        const answer = await zoe.get('/api/proxy/echo', { headers });
        assert.equal(answer.status, 200, answer.describe());
        const fields = {};
        for (let i = 0; i < answer.json.rawHeaders.length; i += 2) fields[answer.json.rawHeaders[i].toLowerCase()] = answer.json.rawHeaders[i + 1];
        return fields;
    };

    await t.test('nobody is trusted by default', async () => {
        const fields = await echoed({}, { 'x-forwarded-for': '203.0.113.7' });
        assert.equal(fields['x-forwarded-for'], '127.0.0.1');
    });

    await t.test('a trusted peer tells the address: the right-most that is not trusted', async () => {
        const fields = await echoed({ trusted_proxies: ['127.0.0.1/32', '10.0.0.0/8'] }, { 'x-forwarded-for': '6.6.6.6, 203.0.113.7, 10.1.2.3' });
        assert.equal(fields['x-forwarded-for'], '203.0.113.7');
        assert.match(fields.forwarded, /for="?203\.0\.113\.7"?/);
    });

    await t.test('an IPv6 address is bracketed and quoted (FW-4)', async () => {
        const fields = await echoed({ trusted_proxies: ['127.0.0.1/32'] }, { 'x-forwarded-for': '2001:db8::7' });
        assert.match(fields.forwarded, /for="\[2001:db8::7\]"/);
    });

    await t.test('what is no address is not passed on', async () => {
        const fields = await echoed({ trusted_proxies: ['127.0.0.1/32'] }, { 'x-forwarded-for': 'for="evil";x, <script>' });
        assert.ok(!JSON.stringify(fields).includes('evil'));
        assert.ok(!JSON.stringify(fields).includes('script'));
    });
});
