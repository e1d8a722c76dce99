// `routes`: several APIs, and rules that differ from path to path.
import assert from 'node:assert/strict';
import net from 'node:net';
import test from 'node:test';

import { atEnd } from '../support/cleanup.mjs';
import { LoopbackServer } from '../support/loopback_server.mjs';
import { password, person } from '../support/mock_api.mjs';
import { assertProblem, eventually, scene, signedInScene } from '../support/scene.mjs';

const limit = { timeout: 60_000 };

/** Another API: says what it was asked. `answer` may add to what it says. */
async function otherApi(t, answer = () => ({})) {
    const seen = [];
    const server = await new LoopbackServer((request, response) => {
        seen.push(request);
        const { status = 200, headers = {} } = answer(request);
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers }));
    }).open();
    atEnd(t, () => server.close());
    return { server, seen, url: server.url };
}

/** Nobody listens there. */
const refused = (port) =>
    new Promise((resolve) => {
        const probe = net.connect(port, '127.0.0.1', () => resolve(probe.destroy() && false));
        probe.on('error', () => resolve(true));
    });

async function signInAs(visitor, api, role) {
    const email = `${role}@example.org`;
    api.people.set(email, { ...person, email, role, password });
    assert.equal((await visitor.signIn({ email, password })).status, 200);
    return visitor;
}

test('a route leads to another API, below a prefix of its own', limit, async (t) => {
    const reports = await otherApi(t);
    const { zoe, visitor } = await signedInScene(t, { config: { routes: [{ prefix: '/reports', upstream: `${reports.url}/base`, paths: ['/daily/**'] }] } });

    const answer = await zoe.get('/reports/daily/monday?x=%2F&y');
    assert.equal(answer.status, 200, answer.describe());
    assert.equal(answer.json.url, '/base/daily/monday?x=%2F&y');
    assert.match(answer.json.headers.authorization, /^Bearer /);
    assert.equal(answer.json.headers.cookie, undefined, 'CK-15');

    assertProblem(await visitor().get('/reports/daily/monday'), 401, 'unauthenticated');
    assertProblem(await zoe.get('/reports/other'), 404, 'not_found');
    assertProblem(await zoe.get('/reports'), 404, 'not_found');
    assert.equal((await zoe.get('/api/proxy/echo')).status, 200, 'what the routes leave is the proxy’s');
    assertProblem(await zoe.send('POST', '/reports/daily/x', { headers: { 'sec-fetch-site': 'cross-site' } }), 403, 'csrf_failed');
    assert.equal(reports.seen.length, 1);
});

test('who may differs from path to path', limit, async (t) => {
    const config = {
        routes: [
            { paths: ['/echo/open/**'], auth: 'public' },
            { paths: ['/echo/maybe/**'], auth: 'optional' },
            { paths: ['/echo/admin/**'], roles: ['admin', 'owner'], methods: ['GET'] },
        ],
    };
    const { api, visitor, zoe } = await signedInScene(t, { config });
    const bearerOf = (answer) => {
        assert.equal(answer.status, 200, answer.describe());
        return answer.json.rawHeaders.some((name) => name.toLowerCase() === 'authorization');
    };

    assert.equal(bearerOf(await visitor().get('/api/proxy/echo/open/a')), false);
    assert.equal(bearerOf(await zoe.get('/api/proxy/echo/open/a')), false, 'public: never a token');
    assert.equal(bearerOf(await visitor().get('/api/proxy/echo/maybe/a')), false);
    assert.equal(bearerOf(await zoe.get('/api/proxy/echo/maybe/a')), true);
    assertProblem(await visitor().get('/api/proxy/echo/elsewhere'), 401, 'unauthenticated');

    assertProblem(await visitor().get('/api/proxy/echo/admin/a'), 401, 'unauthenticated');
    const before = api.requestsTo('other').length;
    for (const spelling of ['/echo/admin/a', '/echo/Admin/a', '/echo/admin;x=1/a', '/echo/;/admin/a', '/echo/admin']) assertProblem(await zoe.get(`/api/proxy${spelling}`), 403, 'forbidden');
    assert.equal(api.requestsTo('other').length, before, 'BF-5: nothing of it reached the API');
    const boss = await signInAs(visitor(), api, 'owner');
    assert.equal(bearerOf(await boss.get('/api/proxy/echo/admin/a')), true);

    const refused = await boss.send('DELETE', '/api/proxy/echo/admin/a');
    assertProblem(refused, 405, 'method_not_allowed');
    assert.equal(refused.headers.allow, 'GET, HEAD');
});

test('the static header, body limits and hosts differ as well', limit, async (t) => {
    const config = {
        hosts: ['partner.localhost'],
        routes: [
            { paths: ['/echo/strict'], csrf: 'header' },
            { paths: ['/echo/small'], body: '1KiB' },
            { paths: ['/echo/**'], hosts: ['partner.localhost'], auth: 'public', request: { set: ['X-Partner: yes'] } },
        ],
    };
    const { zoe, visitor } = await signedInScene(t, { config });
    assertProblem(await zoe.get('/api/proxy/echo/strict'), 403, 'csrf_failed');
    assertProblem(await visitor().get('/api/proxy/echo/strict'), 403, 'csrf_failed');
    assert.equal((await zoe.get('/api/proxy/echo/strict', { headers: { 'x-csrf': '1' } })).status, 200);

    const send = (size, headers = {}) => zoe.send('POST', '/api/proxy/echo/small', { body: Buffer.alloc(size), headers });
    assert.equal((await send(1024)).status, 200);
    assertProblem(await send(1025), 413, 'body_too_large');
    assertProblem(await send(4000, { 'transfer-encoding': 'chunked' }), 413, 'body_too_large');
    assert.equal((await zoe.send('POST', '/api/proxy/echo/large', { body: Buffer.alloc(4000) })).status, 200);

    const elsewhere = await visitor().get('/api/proxy/echo/x', { headers: { host: 'partner.localhost' } });
    assert.equal(elsewhere.status, 200, elsewhere.describe());
    assert.ok(elsewhere.json.rawHeaders.includes('X-Partner'));
    assertProblem(await visitor().get('/api/proxy/echo/x'), 401, 'unauthenticated');
});

test('header fields are set and taken out, both ways', limit, async (t) => {
    const reports = await otherApi(t, () => ({ headers: { 'x-powered-by': 'secret 1.2', server: 'old', 'x-kept': 'yes', 'x-tenant': 'other' } }));
    const rules = { request: { set: ['X-Tenant: acme', 'X-Note: a: b'], remove: ['X-Debug'] }, response: { set: ['X-Tenant: acme'], remove: ['X-Powered-By', 'Server'] } };
    const { zoe } = await signedInScene(t, { config: { routes: [{ prefix: '/reports', upstream: reports.url, ...rules }] } });
    const answer = await zoe.get('/reports/x', { headers: { 'x-tenant': 'forged', 'x-debug': '1', 'x-other': 'stays' } });
    assert.equal(answer.status, 200, answer.describe());
    const { headers } = answer.json;
    assert.deepEqual([headers['x-tenant'], headers['x-note'], headers['x-debug'], headers['x-other']], ['acme', 'a: b', undefined, 'stays']);
    assert.deepEqual([answer.headers['x-powered-by'], answer.headers.server, answer.headers['x-kept'], answer.headers['x-tenant']], [undefined, undefined, 'yes', 'acme']);
});

test('CS-5: pages of listed origins may ask, and learn why they may not', limit, async (t) => {
    const app = 'https://app.example.com';
    const reports = await otherApi(t, () => ({ headers: { 'access-control-allow-origin': '*', vary: 'Accept' } }));
    const { zoe, visitor, api } = await signedInScene(t, {
        config: { routes: [{ prefix: '/reports', upstream: reports.url, cors: [app], methods: ['GET', 'POST'] }, { prefix: '/closed', upstream: reports.url }, { prefix: '/narrow', upstream: reports.url, auth: 'public', methods: ['GET'] }, { prefix: '/strict', upstream: reports.url, auth: 'public', csrf: 'header', cors: [app] }] },
    });
    const varies = (answer) => (answer.headers.vary ?? '').split(/\s*,\s*/);
    const preflight = (path, origin, method = 'POST') =>
        visitor().send('OPTIONS', path, {
            headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': 'content-type,x-csrf', 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' },
        });

    const may = await preflight('/reports/x', app);
    assert.equal(may.status, 204, may.describe());
    assert.equal(may.headers['access-control-allow-origin'], app);
    assert.equal(may.headers['access-control-allow-credentials'], 'true');
    assert.equal(may.headers['access-control-allow-methods'], 'POST');
    assert.equal(may.headers['access-control-allow-headers'], 'content-type,x-csrf');
    assert.ok(varies(may).includes('Origin'));
    for (const origin of ['https://evil.example', 'https://app.example.com.evil.example', 'http://app.example.com', 'null']) {
        const refused = await preflight('/reports/x', origin);
        assertProblem(refused, 403, 'forbidden');
        assert.equal(refused.headers['access-control-allow-origin'], undefined, origin);
    }
    assertProblem(await preflight('/reports/x', app, 'DELETE'), 405, 'method_not_allowed');
    assertProblem(await preflight('/closed/x', app), 401, 'unauthenticated');
    assertProblem(await preflight('/narrow/x', app, 'GET'), 405, 'method_not_allowed');
    assert.equal(reports.seen.length, 0, 'a preflight is answered here');

    const fromApp = { origin: app, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' };
    const answer = await zoe.send('POST', '/reports/x', { body: '{}', headers: fromApp });
    assert.equal(answer.status, 200, answer.describe());
    assert.equal(answer.headers['access-control-allow-origin'], app, 'ours, and not the API’s');
    assert.ok(varies(answer).includes('Origin') && varies(answer).includes('Accept'));
    const signedOut = await visitor().send('POST', '/reports/x', { body: '{}', headers: fromApp });
    assertProblem(signedOut, 401, 'unauthenticated');
    assert.equal(signedOut.headers['access-control-allow-origin'], app, 'a page can read what went wrong');
    assert.match(signedOut.headers['access-control-expose-headers'], /Cloche-Error/);
    assertProblem(await zoe.send('POST', '/reports/x', { body: '{}', headers: { ...fromApp, 'sec-fetch-site': 'cross-site' } }), 403, 'csrf_failed');
    assertProblem(await zoe.send('POST', '/reports/x', { body: '{}', headers: { ...fromApp, origin: 'https://evil.example' } }), 403, 'csrf_failed');

    const elsewhere = { ...fromApp, 'sec-fetch-site': 'cross-site' };
    assertProblem(await visitor().get('/strict/x', { headers: elsewhere }), 403, 'csrf_failed');
    assert.equal((await visitor().get('/strict/x', { headers: { ...elsewhere, 'x-csrf': '1' } })).status, 200, 'signed out, from another site');

    const own = await zoe.get('/reports/x');
    assert.equal(own.status, 200);
    assert.ok(varies(own).includes('Origin'), 'a cache keeps them apart');
    assert.equal(own.headers['access-control-allow-origin'], undefined);
    assert.equal(api.requestsTo('other').length, 0);
});

test('a route has time limits of its own, and may forbid the repetition of PX-14', limit, async (t) => {
    let connections = 0;
    // Answers the first request of each connection, and dies of the second.
    const server = net.createServer((socket) => {
        connections += 1;
        let asked = 0;
        socket.on('error', () => {});
        socket.on('data', (data) => {
            if (data.includes('/slow')) return;
            asked += 1;
            if (asked === 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
            else socket.destroy();
        });
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    atEnd(t, () => server.close());
    const upstream = `http://127.0.0.1:${server.address().port}`;
    const { zoe } = await signedInScene(t, {
        config: { threads: 1, routes: [{ prefix: '/once', upstream, retry: false }, { prefix: '/twice', upstream, timeouts: { upstream_answer: '300ms' } }] },
    });
    for (const prefix of ['/once', '/twice']) assert.equal((await zoe.get(`${prefix}/a`)).status, 200);
    assertProblem(await zoe.get('/once/b'), 502, 'upstream_unreachable');
    assert.equal((await zoe.get('/twice/b')).status, 200);
    assertProblem(await zoe.send('POST', '/twice/c', { body: 'x' }), 502, 'upstream_unreachable');
    assert.equal(connections, 3);
    // Of all others the limit is a minute, and that of this test.
    assertProblem(await zoe.get('/twice/slow'), 504, 'upstream_timeout');
});

test('the log names the route', limit, async (t) => {
    const { gateway, zoe } = await signedInScene(t, { config: { routes: [{ name: 'orders', paths: ['/echo/orders/**'] }, { paths: ['/echo/x'] }] } });
    for (const path of ['orders/1', 'x', 'y']) await zoe.get(`/api/proxy/echo/${path}`);
    await gateway.stop();
    const lines = gateway.program.stderr.split('\n').filter((line) => line.includes('"event":"request"')).map((line) => JSON.parse(line));
    const wayOf = (path) => lines.find((line) => line.path.endsWith(path)).way;
    assert.deepEqual([wayOf('/orders/1'), wayOf('/x'), wayOf('/y')], ['orders', '/api/proxy/echo/x', undefined]);
});

test('routes are the proxy’s kind everywhere: no page may lead back to one', limit, async (t) => {
    const reports = await otherApi(t);
    const { visitor } = await scene(t, { config: { routes: [{ prefix: '/reports', upstream: reports.url }] } });
    const answer = await visitor().form('/auth/login', { email: person.email, password, next: '/reports/x' });
    assert.equal(answer.status, 303, answer.describe());
    assert.equal(answer.headers.location, '/', 'RD-2');
});

test('a connection that comes to rest while the gateway stops is closed', limit, async (t) => {
    let finish;
    const slow = await new LoopbackServer((request, response) => {
        response.writeHead(200, { 'content-length': '4' });
        response.write('ab');
        finish = () => response.end('cd');
    }).open();
    atEnd(t, () => slow.close());
    const { gateway } = await scene(t, { config: { timeouts: { drain: '1h' }, routes: [{ prefix: '/slow', upstream: slow.url, auth: 'public' }] } });
    const socket = net.connect(gateway.port, '127.0.0.1');
    let got = '';
    socket.on('data', (data) => (got += data));
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.write(`GET /slow/x HTTP/1.1\r\nHost: localhost:${gateway.port}\r\n\r\n`);
    await eventually('half an answer', () => got.endsWith('ab'));
    const stopped = gateway.stop();
    await eventually('nobody is let in', () => refused(gateway.port));
    finish();
    await Promise.all([closed, stopped]);
    assert.match(got, /\r\n\r\nabcd$/);
});
