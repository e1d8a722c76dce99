// WebSockets through the gateway (WS-1, WS-2, WS-3, LO-6): who may open one, that it carries anything, and that it
// ends with the session in whatever process that ends.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import http from 'node:http';
import test from 'node:test';

import WebSocket, { WebSocketServer } from 'ws';

import { atEnd } from '../support/cleanup.mjs';
import { exchange } from '../support/http_client.mjs';
import { LiveApi } from '../support/live_api.mjs';
import { replicatedScene } from '../support/replicas.mjs';
import { serversOfFile, sharedStores } from '../support/store_servers.mjs';
import { eventually, signedInScene, sleep } from '../support/scene.mjs';
import { RawConnection } from '../support/http_raw.mjs';

const limit = { timeout: 120_000 };
const servers = serversOfFile();

async function liveScene(t, { config = {}, api = {}, ...more } = {}) {
    return signedInScene(t, { api: await new LiveApi(api).start(), config: { proxy: { websockets: ['/ws/**'] }, ...config }, ...more });
}

const loopback = (_, how, done) => (how.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4));
const metricsOf = async ({ gateway }) => (await exchange(`http://127.0.0.1:${gateway.operationsPort}/metrics`)).text;
const urlOf = ({ gateway }, path) => `${gateway.origin.replace('http', 'ws')}/api/proxy${path}`;

/** A WebSocket as a page of the site opens it, with what became of it. */
function open(t, all, path, { headers = {}, origin = all.gateway.origin, ...options } = {}) {
    const cookie = all.zoe.jar.header;
    const socket = new WebSocket(urlOf(all, path), { headers: { ...(cookie ? { cookie } : {}), ...headers }, origin, lookup: loopback, ...options });
    atEnd(t, () => socket.terminate());
    socket.messages = [];
    socket.on('message', (data, isBinary) => socket.messages.push(isBinary ? data : data.toString()));
    socket.on('close', (code, reason) => (socket.closed = { code, reason: reason.toString() }));
    socket.on('error', (error) => (socket.failure = error));
    socket.on('unexpected-response', (_, response) => {
        socket.refused = { status: response.statusCode, code: response.headers['cloche-error'] };
        response.resume();
    });
    return socket;
}

const opened = (socket) => eventually('it is open', () => socket.readyState === WebSocket.OPEN);
const refusal = (socket) => eventually('it is refused', () => socket.refused);

test('messages of every size go both ways, fragmented, compressed and not', limit, async (t) => {
    const all = await liveScene(t);
    for (const perMessageDeflate of [true, false]) {
        const socket = open(t, all, '/ws/echo?room=1', { perMessageDeflate });
        await opened(socket);
        assert.match(all.api.asked.headers.authorization, /^Bearer /);
        assert.equal(all.api.asked.url, '/ws/echo?room=1');
        assert.ok(!/cloche_session/.test(all.api.asked.headers.cookie ?? ''));
        for (const size of [0, 1, 125, 126, 65_535, 65_536, 5_000_000]) {
            const message = crypto.randomBytes(size);
            socket.send(message, { binary: true });
            await eventually(`${size} bytes are back`, () => socket.messages.length > 0, 20_000);
            assert.ok(socket.messages.shift().equals(message));
        }
        for (let i = 0; i < 50; ++i) socket.send(`part ${i}`, { fin: i === 49 });
        await eventually('the fragments are back', () => socket.messages.length === 1);
        assert.equal(socket.messages[0], Array.from({ length: 50 }, (_, i) => `part ${i}`).join(''));
        socket.close(4000, 'enough');
        await eventually('it is closed', () => socket.closed);
        assert.deepEqual(socket.closed, { code: 4000, reason: 'enough' });
    }
    // Of the request, whose head was forgotten long ago, the log has what it has of others.
    const lines = () => all.gateway.program.events.filter(({ event, status }) => event === 'request' && status === 101);
    await eventually('both are in the log', () => lines().length === 2);
    for (const line of lines()) assert.deepEqual([line.method, line.path, line.route], ['GET', '/api/proxy/ws/echo', 'proxy']);
});

test('a storm of pings is answered, and messages of both sides cross', limit, async (t) => {
    const all = await liveScene(t);
    const socket = open(t, all, '/ws/echo');
    await opened(socket);
    let pongs = 0;
    socket.on('pong', () => (pongs += 1));
    // The library at both ends gives up, without a gateway too, over hundreds of frames at once.
    for (let i = 0; i < 5000; ++i) {
        socket.ping(String(i));
        if (i % 5 === 0) all.api.sockets[0].send(`push ${i / 5}`);
        while (i - pongs > 50) await sleep(1);
    }
    await eventually('all pongs', () => pongs === 5000, 20_000);
    await eventually('all pushes', () => socket.messages.length === 1000);
    assert.equal(socket.messages[999], 'push 999');
});

test('WS-1: only where it is listed, and only for pages of this site', limit, async (t) => {
    const all = await liveScene(t);
    assert.deepEqual(await refusal(open(t, all, '/elsewhere')), { status: 403, code: 'forbidden' });
    assert.deepEqual(await refusal(open(t, all, '/ws/echo', { origin: 'https://evil.example' })), { status: 403, code: 'csrf_failed' });
    assert.deepEqual(await refusal(open(t, all, '/ws/echo', { origin: 'null' })), { status: 403, code: 'csrf_failed' });
    assert.deepEqual(await refusal(open(t, all, '/ws/echo', { origin: '' })), { status: 403, code: 'csrf_failed' });
    assert.deepEqual(await refusal(open(t, all, '/ws/echo', { origin: `${all.gateway.origin}.evil.example` })), { status: 403, code: 'csrf_failed' });
    assert.deepEqual(await refusal(open(t, all, '/ws/echo', { headers: { cookie: 'cloche_session=' } })), { status: 401, code: 'unauthenticated' });
    assert.equal(all.api.upgrades, undefined, 'none of them came to the API');
    await opened(open(t, all, '/ws/echo'));
});

test('WS-1: a route that demands the static header lets pages of this site open one without', limit, async (t) => {
    const all = await liveScene(t, { config: { proxy: { websockets: ['/ws/**'], csrf: 'header' } } });
    await opened(open(t, all, '/ws/echo'));
    assert.deepEqual(await refusal(open(t, all, '/ws/echo', { origin: 'https://evil.example' })), { status: 403, code: 'csrf_failed' });
});

test('WS-3: an API that does not agree has its answer passed on, and no other protocol is switched to', limit, async (t) => {
    const all = await liveScene(t);
    assert.equal((await refusal(open(t, all, '/ws/refused'))).status, 418);
    const port = Number(new URL(all.gateway.origin).port);
    const cookie = all.zoe.jar.header;
    const connection = await RawConnection.open(port);
    atEnd(t, () => connection.socket.destroy());
    connection.write(`GET /api/proxy/echo HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\nCookie: ${cookie}\r\n\r\n`);
    assert.ok(await connection.until((text) => text.includes('\r\n\r\n')));
    assert.match(connection.received, /^HTTP\/1\.1 200 /);
    assert.equal(all.api.last('other').headers.upgrade, undefined);
    for (const broken of ['Sec-WebSocket-Version: 12\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short']) {
        const other = await RawConnection.open(port);
        atEnd(t, () => other.socket.destroy());
        other.write(`GET /api/proxy/ws/echo HTTP/1.1\r\nHost: localhost:${port}\r\nOrigin: ${all.gateway.origin}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${broken}\r\nCookie: ${cookie}\r\n\r\n`);
        assert.ok(await other.until((text) => text.includes('\r\n\r\n')));
        assert.match(other.received, /^HTTP\/1\.1 400 /);
    }
});

test('WS-2: signing out closes it with 1008, between two messages', limit, async (t) => {
    const all = await liveScene(t);
    const socket = open(t, all, '/ws/echo');
    await opened(socket);
    const other = open(t, all, '/ws/echo');
    await opened(other);
    // A message is on its way, in pieces, when the session ends.
    const upstream = all.api.sockets[0];
    upstream.send('whole');
    upstream.send('the first half, ', { fin: false });
    await eventually('it has come', () => socket.messages.length === 1);
    await all.zoe.signOut();
    await eventually('both are closed', () => socket.closed && other.closed);
    assert.deepEqual(socket.closed, { code: 1008, reason: 'the session is over' });
    assert.deepEqual(other.closed, { code: 1008, reason: 'the session is over' });
    assert.equal(socket.failure, undefined);
    await eventually('the API is rid of them', () => all.api.sockets.every((one) => one.readyState === WebSocket.CLOSED));
    assert.match(await metricsOf(all), /cloche_live_ended_total 2/);
    await eventually('nothing is counted as open', async () => /cloche_live_open\{kind="websocket"\} 0/.test(await metricsOf(all)));
});

test('WS-2: a refresh of the token disturbs nothing', limit, async (t) => {
    const all = await liveScene(t, { api: { accessLife: 2 } });
    const socket = open(t, all, '/ws/echo');
    await opened(socket);
    await eventually('two refreshes', async () => {
        assert.equal((await all.zoe.get('/api/proxy/guarded')).status, 200);
        socket.send('still here');
        await sleep(200);
        return all.api.counts.refresh >= 2;
    }, 30_000);
    assert.equal(socket.closed, undefined);
    assert.ok(socket.messages.length > 5);
});

test('WS-2: the end of a session by its age ends it', limit, async (t) => {
    const all = await liveScene(t, { config: { proxy: { websockets: ['/ws/**'] }, session: { store: 'memory', absolute: '3s', idle: '3s' } } });
    const socket = open(t, all, '/ws/echo');
    await opened(socket);
    await eventually('it is closed', () => socket.closed, 45_000);
    assert.equal(socket.closed.code, 1008);
});

test('what is said over it counts as use; what the API says does not (SE-4)', limit, async (t) => {
    const all = await liveScene(t, { config: { proxy: { websockets: ['/ws/**'] }, session: { store: 'memory', idle: '4s' } } });
    const talking = open(t, all, '/ws/echo');
    await opened(talking);
    for (let i = 0; i < 8; ++i) {
        talking.send('here');
        await sleep(1000);
    }
    assert.equal((await all.zoe.get('/api/auth/session')).json.authenticated, true);
    for (let i = 0; i < 8; ++i) {
        all.api.sockets[0].send('news');
        await sleep(1000);
    }
    assert.equal((await all.zoe.get('/api/auth/session')).json.authenticated, false);
});

test('an API that breaks off half-way through a frame is not made to look like an end', limit, async (t) => {
    const all = await liveScene(t);
    const socket = open(t, all, '/ws/raw');
    await opened(socket);
    all.api.raw.write(Buffer.concat([Buffer.from([0x81, 100]), Buffer.alloc(50, 'x')]));
    await sleep(100);
    all.api.raw.destroy();
    await eventually('it is closed', () => socket.closed);
    assert.equal(socket.closed.code, 1006);
});

test('each side may go on after the other has ended its own', limit, async (t) => {
    const all = await liveScene(t);
    const port = Number(new URL(all.gateway.origin).port);
    const shake = async () => {
        const connection = await RawConnection.open(port);
        atEnd(t, () => connection.socket.destroy());
        connection.write(`GET /api/proxy/ws/raw HTTP/1.1\r\nHost: localhost:${port}\r\nOrigin: ${all.gateway.origin}\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: ${all.zoe.jar.header}\r\n\r\nsent along`);
        assert.ok(await connection.until((text) => text.includes('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=')));
        const said = [];
        all.api.raw.on('data', (piece) => said.push(piece));
        const heard = () => Buffer.concat(said).toString();
        await eventually('what came behind the request', () => heard().endsWith('sent along'));
        return { connection, heard };
    };
    const first = await shake();
    first.connection.socket.end('last words of the browser');
    await eventually('they arrive', () => first.heard().endsWith('last words of the browser'));
    all.api.raw.write('the answer to them');
    assert.ok(await first.connection.until((text) => text.endsWith('the answer to them')));
    all.api.raw.end();
    assert.ok(await first.connection.until((_, ended) => ended));

    const second = await shake();
    all.api.raw.end('last words of the API');
    assert.ok(await second.connection.until((text, ended) => text.endsWith('last words of the API') && ended));
    second.connection.write('the answer to those');
    await eventually('it arrives', () => second.heard().endsWith('the answer to those'));
    second.connection.socket.destroy();
});

test('what a development server reloads pages by goes through without being listed', limit, async (t) => {
    const app = http.createServer((_, response) => response.end('<!doctype html><p>hot'));
    const server = new WebSocketServer({ server: app, path: '/_next/webpack-hmr' });
    server.on('connection', (socket) => socket.send('reload'));
    await new Promise((done) => app.listen(0, '127.0.0.1', done));
    atEnd(t, () => {
        for (const client of server.clients) client.terminate();
        server.close();
        app.close();
    });
    const all = await signedInScene(t, { config: { frontend: { upstream: `http://127.0.0.1:${app.address().port}` } } });
    const socket = new WebSocket(`${all.gateway.origin.replace('http', 'ws')}/_next/webpack-hmr`, { origin: all.gateway.origin, lookup: loopback, headers: { cookie: all.zoe.jar.header } });
    atEnd(t, () => socket.terminate());
    const said = await new Promise((resolve, reject) => {
        socket.on('message', (data) => resolve(data.toString()));
        socket.on('error', reject);
    });
    assert.equal(said, 'reload');
});

test('LO-6: a stream of events ends with its session, and asking again is 401 (SS-2)', limit, async (t) => {
    const all = await liveScene(t);
    const { response } = await all.zoe.open('GET', '/api/proxy/events');
    let text = '';
    let ended = false;
    response.on('data', (piece) => (text += piece));
    response.on('end', () => (ended = true));
    await eventually('the first event', () => text.includes('first'));
    assert.equal(response.headers['x-accel-buffering'], 'no');
    await all.zoe.signOut();
    await eventually('its end', () => ended);
    assert.equal((await all.zoe.get('/api/proxy/events')).status, 401);
});

for (const store of Object.keys(sharedStores)) {
    test(`${store}: signing out at one gateway closes what is open at the others, within a second or two (LO-6)`, limit, async (t) => {
        const { gateways, api, person } = await replicatedScene(t, { store, servers, count: 2, api: await new LiveApi().start(), config: { proxy: { websockets: ['/ws/**'] } } });
        const zoe = person();
        assert.equal((await zoe.at(0).signIn()).status, 200);
        const socket = open(t, { gateway: gateways[1], zoe, api }, '/ws/echo');
        await opened(socket);
        const began = Date.now();
        assert.equal((await zoe.at(0).signOut()).status, 200);
        await eventually('it is closed', () => socket.closed);
        assert.equal(socket.closed.code, 1008);
        assert.ok(Date.now() - began < 5_000, 'told, not found out by looking every half minute');
    });
}

test('a gateway that is stopped says so, and does not wait for what would stay open', limit, async (t) => {
    const all = await liveScene(t, { config: { proxy: { websockets: ['/ws/**'] }, timeouts: { drain: '1m' } } });
    const socket = open(t, all, '/ws/echo');
    await opened(socket);
    const { response } = await all.zoe.open('GET', '/api/proxy/events');
    let ended = false;
    response.on('data', () => {});
    response.on('end', () => (ended = true));
    all.gateway.program.signal('SIGTERM');
    await eventually('it is closed', () => socket.closed);
    assert.deepEqual(socket.closed, { code: 1001, reason: 'the gateway stops' });
    await eventually('the events end', () => ended);
    await all.gateway.program.ended;
});

test('what stays open may pause for longer than a body, and not for ever', limit, async (t) => {
    const all = await liveScene(t, { config: { proxy: { websockets: ['/ws/**'] }, timeouts: { stream_idle: '1s', live_idle: '4s' } } });
    const socket = open(t, all, '/ws/echo');
    await opened(socket);
    const began = Date.now();
    const { response } = await all.zoe.open('GET', '/api/proxy/events');
    let ended = false;
    response.on('data', () => {});
    response.on('close', () => (ended = true));
    await eventually('both have ended', () => socket.closed && ended, 20_000);
    assert.ok(Date.now() - began >= 3_900, 'not before live_idle');
    assert.deepEqual(socket.closed, { code: 1001, reason: 'nothing was sent for a while' });
});
