// Sizes and times beyond the limits have an answer of their own (PX-16).
import assert from 'node:assert/strict';
import test from 'node:test';

import { RawConnection, sendRaw } from '../support/http_raw.mjs';
import { assertProblem, eventually, scene, signedInScene, sleep } from '../support/scene.mjs';

const limit = { timeout: 60_000 };

test('sizes of a head', limit, async (t) => {
    const { api, gateway, zoe } = await signedInScene(t, { config: { limits: { head: '16KiB' } } });
    const before = api.requests.length;
    const head = (target, fields) => `GET ${target} HTTP/1.1\r\nHost: localhost:${gateway.port}\r\nCookie: ${zoe.jar.header}\r\n${fields}\r\n`;
    const rows = [
        ['a target beyond the limit', head(`/api/proxy/${'x'.repeat(20_000)}`, ''), [414, 431]],
        ['a field beyond the limit', head('/api/proxy/echo', `X-A: ${'x'.repeat(20_000)}\r\n`), [431]],
        ['many fields', head('/api/proxy/echo', 'X-A: b\r\n'.repeat(3_000)), [431]],
        ['a cookie beyond the limit', head('/api/proxy/echo', `Cookie: a=${'x'.repeat(20_000)}\r\n`), [431]],
        ['no end at all', `GET /api/proxy/echo HTTP/1.1\r\nX-A: ${'x'.repeat(40_000)}`, [431]],
    ];
    for (const [what, bytes, statuses] of rows) {
        await t.test(what, async () => {
            const { answers, closed, received } = await sendRaw(gateway.port, bytes);
            assert.ok(statuses.includes(answers[0]?.status), received.slice(0, 500));
            assert.ok(closed);
        });
    }
    assert.equal(api.requests.length, before);
    assert.equal((await zoe.get('/api/proxy/echo', { headers: { 'x-large': 'x'.repeat(8_000) } })).status, 200);
});

test('sizes of a body', limit, async (t) => {
    const { api, gateway, zoe } = await signedInScene(t, { config: { limits: { body: '100KiB', login_body: '1KiB' } } });

    await t.test('an announced body beyond the limit is refused before it is read', async () => {
        const before = api.requests.length;
        const { answers } = await sendRaw(
            gateway.port,
            `POST /api/proxy/echo HTTP/1.1\r\nHost: localhost:${gateway.port}\r\nCookie: ${zoe.jar.header}\r\nSec-Fetch-Site: same-origin\r\nContent-Length: 1000000000\r\n\r\n`,
        );
        assert.equal(answers[0].status, 413);
        assert.equal(api.requests.length, before);
    });

    await t.test('a chunked body is refused where it passes the limit', async () => {
        const connection = await RawConnection.open(gateway.port);
        connection.write(`POST /api/proxy/upload HTTP/1.1\r\nHost: localhost:${gateway.port}\r\nCookie: ${zoe.jar.header}\r\nSec-Fetch-Site: same-origin\r\nTransfer-Encoding: chunked\r\n\r\n`);
        for (let i = 0; i < 20 && !connection.ended; ++i) {
            connection.write(`2710\r\n${'x'.repeat(10_000)}\r\n`);
            await sleep(5);
        }
        const answer = await connection.answer();
        assert.equal(answer?.status, 413, connection.received);
        connection.close();
    });

    await t.test('a body within the limit passes', async () => {
        const answer = await zoe.send('POST', '/api/proxy/upload', { body: Buffer.alloc(100_000) });
        assert.equal(answer.json.length, 100_000);
    });

    await t.test('sign-in has its own', async () => {
        assertProblem(await zoe.json('POST', '/api/auth/login', { email: 'a@b.example', password: 'x'.repeat(2_000) }), 413, 'body_too_large');
        const form = await zoe.form('/auth/login', { email: 'a@b.example', password: 'x'.repeat(2_000) });
        assert.equal(form.status, 413);
    });
});

test('times', limit, async (t) => {
    const { gateway, zoe } = await signedInScene(t, { config: { timeouts: { head: '1s', idle: '2s', stream_idle: '2s' } } });

    await t.test('a head that trickles in is given up (slow loris)', async () => {
        const connection = await RawConnection.open(gateway.port);
        connection.write('GET / HTTP/1.1\r\n');
        const began = Date.now();
        for (let i = 0; i < 40 && !connection.ended; ++i) {
            connection.write(`X-${i}: 1\r\n`);
            await sleep(100);
        }
        assert.ok(connection.ended, 'still open');
        assert.ok(Date.now() - began < 4_000);
        if (connection.received !== '') assert.match(connection.received, /^HTTP\/1\.1 408 /);
        connection.close();
    });

    await t.test('an idle connection is closed, without an answer nobody asked for', async () => {
        const connection = await RawConnection.open(gateway.port);
        connection.write(`GET /api/auth/session HTTP/1.1\r\nHost: localhost:${gateway.port}\r\n\r\n`);
        assert.equal((await connection.answer()).status, 200);
        assert.ok(await connection.untilEnd(8_000), 'still open');
        assert.equal(connection.received.match(/HTTP\/1\.1/g).length, 1);
    });

    await t.test('a connection that says nothing is closed', async () => {
        const connection = await RawConnection.open(gateway.port);
        assert.ok(await connection.untilEnd(8_000), 'still open');
        connection.close();
    });

    await t.test('a sign-in whose body never comes is given up', async () => {
        const connection = await RawConnection.open(gateway.port);
        connection.write(`POST /api/auth/login HTTP/1.1\r\nHost: localhost:${gateway.port}\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`);
        assert.ok(await connection.untilEnd(15_000), 'still open');
        if (connection.received !== '') assert.match(connection.received, /^HTTP\/1\.1 408 /);
    });

    await t.test('an upload that stops is given up', async () => {
        const connection = await RawConnection.open(gateway.port);
        connection.write(`POST /api/proxy/upload HTTP/1.1\r\nHost: localhost:${gateway.port}\r\nCookie: ${zoe.jar.header}\r\nSec-Fetch-Site: same-origin\r\nContent-Length: 1000\r\n\r\nabc`);
        assert.ok(await connection.untilEnd(15_000), 'still open');
        connection.close();
    });
});

test('connections beyond the limit wait or are refused, and the rest goes on', limit, async (t) => {
    const { gateway, visitor } = await scene(t, { config: { limits: { connections: 8 }, timeouts: { head: '2s' } } });
    const idle = await Promise.all(Array.from({ length: 30 }, () => RawConnection.open(gateway.port).catch(() => undefined)));
    await sleep(300);
    assert.ok(gateway.program.openFiles < 200);
    for (const connection of idle) connection?.close();
    await eventually('room again', async () => {
        try {
            return (await visitor().get('/api/auth/session', { timeout: 2_000 })).status === 200;
        } catch {
            return false;
        }
    });
});

test('a thousand connections are no matter', limit, async (t) => {
    const { gateway, visitor } = await scene(t);
    const idle = await Promise.all(Array.from({ length: 1_000 }, () => RawConnection.open(gateway.port)));
    assert.equal((await visitor().get('/api/auth/session')).status, 200);
    for (const connection of idle) connection.close();
    await eventually('they are let go', () => gateway.program.openFiles < 100);
});
