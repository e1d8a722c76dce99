// What no browser sends over HTTP/2, and what becomes of it: refused, bounded, and honest visitors are served meanwhile.
import assert from 'node:assert/strict';
import test from 'node:test';

import { atEnd } from '../support/cleanup.mjs';
import { code, encode, flag, get, Http2Raw, post, type } from '../support/http2_raw.mjs';
import { eventually, sleep } from '../support/scene.mjs';
import { secureScene } from '../support/secure_scene.mjs';

const limit = { timeout: 120_000 };

async function hostileScene(t, config) {
    const all = await secureScene(t, config);
    const open = async (options) => {
        const made = await Http2Raw.open(all, options);
        atEnd(t, () => made.close());
        return made;
    };
    return { ...all, open };
}

/** The first byte of an answer's head block is its status, where HPACK's static table has it. */
const statusOf = (frame) => ({ 0x88: 200, 0x8c: 400, 0x8d: 404, 0x8e: 500 })[frame.payload[0]] ?? frame.payload[0];

test('PX-19: forms that could be smuggled into HTTP/1.1 never reach the API', limit, async (t) => {
    const { open, api, ask } = await hostileScene(t);
    const path = '/api/proxy/echo';
    const reset = {
        'transfer-encoding': post(path, [['transfer-encoding', 'chunked']]),
        'transfer-encoding with a length': post(path, [['content-length', '3'], ['transfer-encoding', 'chunked']]),
        connection: get(path, [['connection', 'close']]),
        'keep-alive': get(path, [['keep-alive', '5']]),
        'proxy-connection': get(path, [['proxy-connection', 'close']]),
        upgrade: get(path, [['upgrade', 'websocket']]),
        'te other than trailers': get(path, [['te', 'gzip']]),
        'a name in capitals': get(path, [['X-Name', 'a']]),
        'a line end in a value': get(path, [['x-name', 'a\r\nx: y']]),
        'LF in a value': get(path, [['x-name', 'a\nb']]),
        'NUL in a value': get(path, [['x-name', 'a\0b']]),
        'a line end in a name': get(path, [['x: y\r\nz', 'a']]),
        'a colon in a name': get(path, [['x:y', 'a']]),
        'a space in a name': get(path, [['x y', 'a']]),
        'white space around a value': get(path, [['x-name', ' a']]),
        'a line end in the path': get('/api/proxy/echo HTTP/1.1\r\nx: y'),
        'a pseudo-header behind a field': [[':method', 'GET'], [':scheme', 'https'], ['x', 'y'], [':path', path], [':authority', 'localhost']],
        'a pseudo-header twice': get(path, [[':path', '/api/auth/session']]),
        'an unknown pseudo-header': [[':method', 'GET'], [':scheme', 'https'], [':authority', 'localhost'], [':path', path], [':evil', 'x']],
        'no method': [[':scheme', 'https'], [':authority', 'localhost'], [':path', path]],
        'no path': [[':method', 'GET'], [':scheme', 'https'], [':authority', 'localhost']],
        'an empty path': get(''),
        'a path without a slash': get('api/proxy/echo'),
        'two lengths': post(path, [['content-length', '1'], ['content-length', '1']]),
        'a length that is no number': post(path, [['content-length', '1, 1']]),
        'extended CONNECT': [[':method', 'CONNECT'], [':protocol', 'websocket'], [':scheme', 'https'], [':authority', 'localhost'], [':path', path]],
    };
    let id = 1;
    const connection = await open();
    for (const [what, fields] of Object.entries(reset)) {
        connection.headers(id, fields);
        const answer = await eventually(`an answer to ${what}`, () => connection.frames.find((frame) => frame.stream === id && (frame.type === type.reset || frame.type === type.headers)));
        if (answer.type === type.headers) assert.fail(`${what}: answered with ${statusOf(answer)}`);
        id += 2;
    }
    const refused = {
        'a space in the path': get('/api/proxy/e cho'),
        'an absolute path': get('https://localhost/api/proxy/echo'),
        'a host that is not the authority': get(path, [['host', 'evil.example']]),
        'a user in the authority': get(path).map(([name, value]) => [name, name === ':authority' ? 'me@localhost' : value]),
        'plain http': get(path).map(([name, value]) => [name, name === ':scheme' ? 'http' : value]),
        'two origins': get(path, [['origin', 'https://localhost'], ['origin', 'https://localhost']]),
        'dots in the path': get('/api/proxy/../auth/session'),
    };
    for (const [what, fields] of Object.entries(refused)) {
        connection.headers(id, fields);
        const answer = await eventually(`an answer to ${what}`, () => connection.frames.find((frame) => frame.stream === id && (frame.type === type.reset || frame.type === type.headers)));
        if (answer.type === type.headers) assert.equal(statusOf(answer), 400, what);
        id += 2;
    }
    await connection.ping();
    assert.deepEqual(api.requestsTo('other'), []);
    assert.equal((await ask('/api/auth/session')).status, 200);
});

test('PX-19: a body that is not of its length is no request', limit, async (t) => {
    const { open } = await hostileScene(t);
    const connection = await open();
    const login = (length) => post('/api/auth/login', [['origin', 'https://localhost'], ['content-type', 'application/json'], ['content-length', String(length)]]);
    connection.headers(1, login(2), flag.endHeaders).data(1, '{}x', flag.endStream);
    assert.equal(await connection.resetCode(1), code.protocol);
    connection.headers(3, login(5), flag.endHeaders).data(3, '{}', flag.endStream);
    assert.equal(await connection.resetCode(3), code.protocol);
    connection.headers(5, login(5), flag.endHeaders | flag.endStream);
    assert.equal(await connection.resetCode(5), code.protocol);
    await connection.ping();
});

test('what breaks the framing ends the connection, and that one alone', limit, async (t) => {
    const { open, ask } = await hostileScene(t);
    const broken = {
        'no preface': [{ greet: false }, (connection) => connection.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
        'a frame beyond its size': [{}, (connection) => connection.send(type.data, 0, 1, Buffer.alloc(20_000))],
        'data before a request': [{}, (connection) => connection.data(1, 'x')],
        'an even stream': [{}, (connection) => connection.headers(2, get('/'))],
        'a head that is interrupted': [{}, (connection) => connection.headers(1, get('/'), 0).send(type.ping, 0, 0, Buffer.alloc(8))],
        'HPACK that is none': [{}, (connection) => connection.send(type.headers, flag.endHeaders | flag.endStream, 1, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]))],
        'a window of no more': [{}, (connection) => connection.send(type.window, 0, 0, Buffer.alloc(4))],
        'a window that overflows': [{}, (connection) => connection.send(type.window, 0, 0, Buffer.from([0x7f, 0xff, 0xff, 0xff]))],
        'a promise of a client': [{}, (connection) => connection.send(type.push, flag.endHeaders, 1, Buffer.alloc(4))],
        'padding beyond the frame': [{}, (connection) => connection.send(type.headers, flag.endHeaders | flag.padded, 1, Buffer.from([200, 0]))],
    };
    for (const [what, [options, act]] of Object.entries(broken)) {
        const connection = await open(options);
        act(connection);
        await eventually(`a goodbye after ${what}`, () => connection.of(type.goaway).length > 0);
        assert.notEqual(await connection.goawayCode(), code.none, what);
        await eventually(`the end after ${what}`, () => connection.ended);
        assert.equal((await ask('/api/auth/session')).status, 200);
    }
});

test('rapid reset: a client that opens and resets is cut off (CVE-2023-44487)', limit, async (t) => {
    const { open, ask, gateway } = await hostileScene(t);
    const connection = await open();
    const before = gateway.program.residentKiB;
    const fields = encode(get('/api/proxy/hang'));
    const cancel = Buffer.from([0, 0, 0, code.cancel]);
    for (let id = 1; id < 8000 && !connection.ended; id += 2) {
        connection.send(type.headers, flag.endHeaders | flag.endStream, id, fields).send(type.reset, 0, id, cancel);
        if (id % 200 === 1) await sleep(1);
    }
    assert.equal(await connection.goawayCode(), code.internal);
    await eventually('it is cut off', () => connection.ended);
    assert.equal((await ask('/api/auth/session')).status, 200);
    assert.ok(gateway.program.residentKiB - before < 16 * 1024);
});

test('heads without an end: CONTINUATION is bounded, and a head that stands still too', limit, async (t) => {
    const { open, ask } = await hostileScene(t, { timeouts: { head: '1s' } });
    const flood = await open();
    flood.headers(1, get('/'), 0);
    for (let i = 0; i < 100; ++i) flood.send(type.continuation, 0, 1, encode([['x', 'y']]));
    assert.notEqual(await flood.goawayCode(), code.none);
    await eventually('it is cut off', () => flood.ended);

    const slow = await open();
    slow.headers(1, get('/'), 0);
    assert.equal(await slow.goawayCode(), code.calm);
    await eventually('it is cut off', () => slow.ended);
    assert.equal((await ask('/api/auth/session')).status, 200);
});

test('floods of frames that want an answer end the connection', limit, async (t) => {
    const { open, ask, gateway } = await hostileScene(t);
    const before = gateway.program.residentKiB;
    const refusals = () => gateway.program.stderr.match(/"http2_refused","reason":"[^"]*flood/gi)?.length ?? 0;
    const frames = { ping: [type.ping, Buffer.alloc(8)], settings: [type.settings, Buffer.alloc(0)] };
    for (const [index, [kind, payload]] of Object.values(frames).entries()) {
        const connection = await open();
        // Answers are not read, so that they pile up.
        connection.socket.pause();
        await eventually('it is cut off', async () => {
            for (let i = 0; i < 20_000 && connection.socket.writableLength < 4 * 1024 * 1024; ++i) connection.send(kind, 0, 0, payload);
            return refusals() > index;
        }, 60_000);
        assert.equal((await ask('/api/auth/session')).status, 200);
        connection.close();
    }
    assert.ok(gateway.program.residentKiB - before < 16 * 1024, `${gateway.program.residentKiB - before} KiB more`);
});

test('a client that opens no window is given up, and holds nobody up', limit, async (t) => {
    const { open, ask } = await hostileScene(t, { timeouts: { stream_idle: '1s' } });
    const connection = await open();
    connection.send(type.settings, 0, 0, Buffer.from([0, 4, 0, 0, 0, 0]));
    connection.headers(1, get('/api/auth/client.js'));
    await connection.next(type.headers, 1);
    assert.equal((await ask('/api/auth/session')).status, 200);
    assert.equal(await connection.resetCode(1), code.cancel);
    await connection.ping();
});

test('more streams than are allowed are refused, not queued', limit, async (t) => {
    const { open, api } = await hostileScene(t);
    const connection = await open();
    const login = post('/api/auth/login', [['origin', 'https://localhost'], ['content-type', 'application/json']]);
    for (let i = 0; i < 150; ++i) connection.headers(2 * i + 1, login, flag.endHeaders);
    await eventually('the last 50 are refused', () => connection.of(type.reset).length === 50);
    for (const frame of connection.of(type.reset)) assert.equal(frame.payload.readUInt32BE(0), code.refused);
    await connection.ping();
    assert.equal(api.counts.login, 0);

    // Who has been told the limit and goes over it all the same is no client of HTTP/2.
    const told = await open();
    await told.next(type.settings, 0);
    told.send(type.settings, flag.ack, 0);
    for (let i = 0; i < 150; ++i) told.headers(2 * i + 1, login, flag.endHeaders);
    assert.equal(await told.goawayCode(), code.protocol);
});

test('a connection at rest ends in its time, with a goodbye', limit, async (t) => {
    const { open } = await hostileScene(t, { timeouts: { idle: '1s' } });
    const connection = await open();
    assert.equal(await connection.goawayCode(), code.none);
    await eventually('it ends', () => connection.ended);
});
