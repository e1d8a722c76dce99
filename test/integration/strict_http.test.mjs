// Requests that two servers could understand in two ways are refused, the connection closed, and the API hears nothing
// of them (PX-1 to PX-8). Each row is sent as it is, followed by a second request that must never be answered.
import assert from 'node:assert/strict';
import test from 'node:test';

import { RawConnection, sendRaw, splitAnswers } from '../support/http_raw.mjs';
import { eventually, signedInScene } from '../support/scene.mjs';

const limit = { timeout: 120_000 };

/** `HOST` and `COOKIE` stand for good fields. Each row: what, the bytes, the statuses that refuse it. */
const refused = [
    // Framing (PX-1, PX-2, PX-3)
    ['length and chunks', 'POST /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIEContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', [400]],
    ['chunks and length', 'POST /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIETransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n', [400]],
    ['two lengths', 'POST /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIEContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde', [400]],
    ['two equal lengths', 'POST /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIEContent-Length: 4\r\nContent-Length: 4\r\n\r\nabcd', [400]],
    ['a list of lengths', 'POST /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIEContent-Length: 4, 4\r\n\r\nabcd', [400]],
    ['a length with a plus', 'POST /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIEContent-Length: +4\r\n\r\nabcd', [400]],
    ['a length below zero', 'POST /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIEContent-Length: -4\r\n\r\n', [400]],
    ['a length in hex', 'POST /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIEContent-Length: 0x4\r\n\r\nabcd', [400]],
    ['a length with a space inside', 'POST /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIEContent-Length: 4 4\r\n\r\nabcd', [400]],
    ['an empty length', 'POST /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIEContent-Length:\r\n\r\n', [400]],
    ['a length beyond 64 bits', 'POST /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIEContent-Length: 18446744073709551616\r\n\r\n', [400, 413]],
    ['a coding but not chunked', 'POST /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIETransfer-Encoding: identity\r\n\r\n', [400, 501]],
    ['gzip and chunked', 'POST /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIETransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n', [400, 501]],
    ['chunked twice', 'POST /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIETransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n', [400, 501]],
    ['chunked in two lines', 'POST /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIETransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', [400, 501]],
    ['chunked, identity', 'POST /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIETransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n', [400, 501]],
    ['xchunked', 'POST /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIETransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n', [400, 501]],
    ['chunked after a tab and more', 'POST /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIETransfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n', [400, 501]],
    ['chunked in quotes', 'POST /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIETransfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n', [400, 501]],
    ['an empty coding', 'POST /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIETransfer-Encoding:\r\nContent-Length: 4\r\n\r\nabcd', [400, 501]],
    ['chunked in HTTP/1.0', 'POST /api/proxy/echo HTTP/1.0\r\nHOSTCOOKIETransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', [400, 501]],
    // Header sections (PX-5)
    ['space before the colon', 'POST /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIEContent-Length : 4\r\n\r\nabcd', [400]],
    ['tab before the colon', 'GET /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIEX-A\t: 4\r\n\r\n', [400]],
    ['a folded field', 'GET /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIEX-A: 1\r\n 2\r\n\r\n', [400]],
    ['a field that begins with a space', 'GET /api/proxy/echo HTTP/1.1\r\n X-A: 1\r\nHOSTCOOKIE\r\n', [400]],
    ['a bare LF in the head', 'GET /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIEX-A: 1\nX-B: 2\r\n\r\n', [400]],
    ['a bare LF after the request line', 'GET /api/proxy/echo HTTP/1.1\nHOSTCOOKIE\r\n', [400]],
    ['a bare CR in a value', 'GET /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIEX-A: 1\rX-B: 2\r\n\r\n', [400]],
    ['a NUL in a value', 'GET /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIEX-A: a\0b\r\n\r\n', [400]],
    ['a control in a value', 'GET /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIEX-A: a\x01b\r\n\r\n', [400]],
    ['a NUL in a name', 'GET /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIEX\0A: b\r\n\r\n', [400]],
    ['a name of nothing', 'GET /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIE: b\r\n\r\n', [400]],
    ['a line without a colon', 'GET /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIEnothing\r\n\r\n', [400]],
    ['a name beyond ASCII', 'GET /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIEX\xe9: b\r\n\r\n', [400]],
    // Request lines
    ['two spaces', 'GET  /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIE\r\n', [400]],
    ['a space in the target', 'GET /api/proxy/echo x HTTP/1.1\r\nHOSTCOOKIE\r\n', [400]],
    ['a tab for a space', 'GET\t/api/proxy/echo HTTP/1.1\r\nHOSTCOOKIE\r\n', [400]],
    ['no version', 'GET /api/proxy/echo\r\nHOSTCOOKIE\r\n', [400]],
    ['version 2.0', 'GET /api/proxy/echo HTTP/2.0\r\nHOSTCOOKIE\r\n', [400, 505]],
    ['version 1.2', 'GET /api/proxy/echo HTTP/1.2\r\nHOSTCOOKIE\r\n', [400, 505]],
    ['version in small letters', 'GET /api/proxy/echo http/1.1\r\nHOSTCOOKIE\r\n', [400]],
    ['a method that is no token', 'G(T /api/proxy/echo HTTP/1.1\r\nHOSTCOOKIE\r\n', [400]],
    ['bytes beyond ASCII in the target', 'GET /api/proxy/\xe9 HTTP/1.1\r\nHOSTCOOKIE\r\n', [400]],
    ['a fragment', 'GET /api/proxy/echo#x HTTP/1.1\r\nHOSTCOOKIE\r\n', [400]],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400, 405, 505]],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', [400]],
    // Host (PX-6)
    ['no Host', 'GET /api/proxy/echo HTTP/1.1\r\nCOOKIE\r\n', [400]],
    ['no Host in HTTP/1.0', 'GET /api/proxy/echo HTTP/1.0\r\nCOOKIE\r\n', [400, 421]],
    ['two Hosts', 'GET /api/proxy/echo HTTP/1.1\r\nHOSTHOSTCOOKIE\r\n', [400]],
    ['a Host with a path', 'GET /api/proxy/echo HTTP/1.1\r\nHost: localhost/x\r\nCOOKIE\r\n', [400, 421]],
    ['a Host with a user', 'GET /api/proxy/echo HTTP/1.1\r\nHost: x@localhost\r\nCOOKIE\r\n', [400, 421]],
    ['an empty Host', 'GET /api/proxy/echo HTTP/1.1\r\nHost:\r\nCOOKIE\r\n', [400, 421]],
];

/** Chunked bodies that are refused: the head is good, so the API may have been called, but never gets a whole body. */
const refusedChunks = [
    ['a size that is no number', 'zz\r\nabc\r\n0\r\n\r\n'],
    ['a size with a sign', '+3\r\nabc\r\n0\r\n\r\n'],
    ['a size in 0x', '0x3\r\nabc\r\n0\r\n\r\n'],
    ['a size beyond 64 bits', 'fffffffffffffffff\r\nabc\r\n0\r\n\r\n'],
    ['a size that overflows', '10000000000000003\r\nabc\r\n0\r\n\r\n'],
    ['no size', '\r\nabc\r\n0\r\n\r\n'],
    ['a bare LF after the size', '3\nabc\r\n0\r\n\r\n'],
    ['a bare LF after the data', '3\r\nabc\n0\r\n\r\n'],
    ['data longer than its size', '3\r\nabcd\r\n0\r\n\r\n'],
    ['a space before the size', ' 3\r\nabc\r\n0\r\n\r\n'],
    ['a bare CR in an extension', '3;a\rb\r\nabc\r\n0\r\n\r\n'],
    ['an extension without end', `3;${'a'.repeat(70_000)}\r\nabc\r\n0\r\n\r\n`],
    ['a trailer without a colon', '3\r\nabc\r\n0\r\nnothing\r\n\r\n'],
    ['a trailer folded', '3\r\nabc\r\n0\r\nX: 1\r\n 2\r\n\r\n'],
];

test('ambiguous requests', limit, async (t) => {
    const { api, gateway, zoe } = await signedInScene(t, { config: { timeouts: { head: '2s' } } });
    const host = `Host: localhost:${gateway.port}\r\n`;
    const cookie = `Cookie: ${zoe.jar.header}\r\nSec-Fetch-Site: same-origin\r\n`;
    const fill = (bytes) => bytes.replaceAll('HOST', host).replaceAll('COOKIE', cookie);
    const second = `GET /api/proxy/echo/smuggled HTTP/1.1\r\n${host}${cookie}\r\n`;

    for (const [what, bytes, statuses] of refused) {
        await t.test(what, async () => {
            const before = api.requests.length;
            const { answers, closed, received } = await sendRaw(gateway.port, fill(bytes) + second);
            assert.equal(answers.length, 1, received.slice(0, 1000));
            assert.ok(statuses.includes(answers[0].status), received.slice(0, 1000));
            assert.ok(closed, 'the connection stays open');
            assert.match(answers[0].headers.get('connection') ?? '', /close/);
            assert.equal(api.requests.length, before, 'it reached the API');
        });
    }

    for (const [what, chunks] of refusedChunks) {
        await t.test(`chunks: ${what}`, async () => {
            const { answers, closed, received } = await sendRaw(
                gateway.port,
                `POST /api/proxy/echo/chunks HTTP/1.1\r\n${host}${cookie}Transfer-Encoding: chunked\r\n\r\n${chunks}${second}`,
            );
            assert.ok(closed, `the connection stays open: ${received.slice(0, 500)}`);
            assert.ok(answers.length <= 1, received.slice(0, 1000));
            if (answers.length === 1) assert.ok([400, 413, 431, 502].includes(answers[0].status), received.slice(0, 1000));
            assert.equal(api.requests.filter(({ url }) => url.includes('smuggled')).length, 0, 'a second request was let through');
        });
    }

    await t.test('and the gateway is as good as before', async () => {
        assert.equal((await zoe.get('/api/proxy/echo')).status, 200);
    });
});

test('requests one after the other on one connection, also sent at once', limit, async (t) => {
    const { gateway, zoe } = await signedInScene(t);
    const connection = await RawConnection.open(gateway.port);
    const request = (n, body = '') =>
        `POST /api/proxy/echo/${n} HTTP/1.1\r\nHost: localhost:${gateway.port}\r\nCookie: ${zoe.jar.header}\r\nSec-Fetch-Site: same-origin\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    connection.write(request(1, 'a') + request(2, 'bb') + request(3));
    assert.ok(await connection.until((received) => splitAnswers(received).length === 3), connection.received);
    const answers = splitAnswers(connection.received).map(({ body }) => JSON.parse(body));
    assert.deepEqual(answers.map(({ url, body }) => [url, body.length]), [['/echo/1', 1], ['/echo/2', 2], ['/echo/3', 0]]);
    connection.close();
});

test('a request in single bytes is a request', limit, async (t) => {
    const { gateway, zoe } = await signedInScene(t);
    const connection = await RawConnection.open(gateway.port);
    const bytes = `POST /api/proxy/echo HTTP/1.1\r\nHost: localhost:${gateway.port}\r\nCookie: ${zoe.jar.header}\r\nSec-Fetch-Site: none\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`;
    for (const byte of bytes) {
        connection.write(byte);
        await new Promise((resolve) => setImmediate(resolve));
    }
    const answer = await connection.answer();
    assert.equal(answer?.status, 200, connection.received);
    assert.equal(JSON.parse(answer.body).body.length, 5);
    connection.close();
});

test('HTTP/1.0 is answered and closed', limit, async (t) => {
    const { gateway } = await signedInScene(t);
    const { answers, closed } = await sendRaw(gateway.port, `GET /api/auth/session HTTP/1.0\r\nHost: localhost:${gateway.port}\r\n\r\n`);
    assert.equal(answers[0].status, 200);
    assert.ok(closed);
    assert.ok(!answers[0].headers.has('transfer-encoding'));
});

test('the rest of a refused upload cannot become a request (PX-11)', limit, async (t) => {
    const { api, gateway, zoe } = await signedInScene(t);
    const inner = `GET /api/proxy/echo/inner HTTP/1.1\r\nHost: localhost:${gateway.port}\r\nCookie: ${zoe.jar.header}\r\n\r\n`;
    const { answers } = await sendRaw(
        gateway.port,
        `POST /api/proxy/echo HTTP/1.1\r\nHost: localhost:${gateway.port}\r\nCookie: ${zoe.jar.header}\r\nSec-Fetch-Site: cross-site\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`,
    );
    assert.equal(answers.length, 1);
    assert.equal(answers[0].status, 403);
    await eventually('nothing', () => api.requestsTo('other').length === 0);
});
