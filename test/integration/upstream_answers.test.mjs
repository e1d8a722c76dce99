// An API that behaves badly on the wire: surplus bytes, bodies where none may be, interim answers without end, heads and
// bodies that stall. What one person's request left behind never reaches the next one's (PX-4, PX-12).
import assert from 'node:assert/strict';
import net from 'node:net';
import test from 'node:test';

import { atEnd } from '../support/cleanup.mjs';
import { assertProblem, scene, sleep } from '../support/scene.mjs';

const limit = { timeout: 60_000 };

/** A server that runs `script(socket, request, n)` for the nth request head it gets; the connections stay open. */
async function scripted(t, script, config = {}) {
    const sockets = new Set();
    let count = 0;
    const server = net.createServer((socket) => {
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket));
        socket.on('error', () => {});
        let received = '';
        socket.on('data', (data) => {
            received += data.toString('latin1');
            let end;
            while ((end = received.indexOf('\r\n\r\n')) >= 0) {
                const request = received.slice(0, end);
                received = received.slice(end + 4);
                count += 1;
                script(socket, request, count);
            }
        });
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    atEnd(t, () => {
        for (const socket of sockets) socket.destroy();
        return new Promise((resolve) => server.close(resolve));
    });
    const api = { start: async () => {}, stop: async () => {}, url: `http://127.0.0.1:${server.address().port}` };
    const all = await scene(t, {
        api,
        config: { threads: 1, proxy: { auth: 'public' }, timeouts: { upstream_answer: '1s', stream_idle: '1s' }, ...config },
    });
    return { ...all, requests: () => count };
}

const evil = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil';
const fine = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine';

const leftovers = [
    ['a second answer that nobody asked for', `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi${evil}`, 'GET', 200, 'hi'],
    ['a body to HEAD', `HTTP/1.1 200 OK\r\nContent-Length: ${evil.length}\r\n\r\n${evil}`, 'HEAD', 200, ''],
    ['a body to 204', `HTTP/1.1 204 No Content\r\nContent-Length: ${evil.length}\r\n\r\n${evil}`, 'GET', 204, ''],
    ['a body to 304', `HTTP/1.1 304 Not Modified\r\n\r\n${evil}`, 'GET', 304, ''],
    ['bytes behind the last chunk', `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n${evil}`, 'GET', 200, 'hi'],
];
for (const [what, bytes, method, status, body] of leftovers) {
    test(`${what} is nobody's answer`, limit, async (t) => {
        const { visitor } = await scripted(t, (socket, _, n) => socket.write(n === 1 ? bytes : fine));
        const first = await visitor().send(method, '/api/proxy/first');
        assert.ok([status, 502].includes(first.status), first.describe());
        if (first.status === status) assert.equal(first.text, body);
        await sleep(50);
        for (let i = 0; i < 5; ++i) assert.equal((await visitor().get('/api/proxy/next')).text, 'fine');
    });
}

test('an answer before any question is nobody\'s answer', limit, async (t) => {
    const { visitor } = await scripted(t, (socket, _, n) => {
        socket.write(fine);
        if (n === 1) setTimeout(() => socket.write(evil), 100); // while the connection lies idle in the pool
    });
    assert.equal((await visitor().get('/api/proxy/first')).text, 'fine');
    await sleep(300);
    for (let i = 0; i < 3; ++i) assert.equal((await visitor().get('/api/proxy/next')).text, 'fine');
});

test('interim answers without end are given up', limit, async (t) => {
    const { visitor } = await scripted(t, (socket) => {
        const timer = setInterval(() => socket.write('HTTP/1.1 102 Processing\r\n\r\n'), 20);
        socket.on('close', () => clearInterval(timer));
    });
    const answer = await visitor().get('/api/proxy/x');
    assert.ok([502, 504].includes(answer.status), answer.describe());
});

test('an unasked change of protocols is refused', limit, async (t) => {
    const { visitor } = await scripted(t, (socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nevil'));
    assertProblem(await visitor().get('/api/proxy/x'), 502, 'upstream_invalid');
});

test('a head that trickles in is given up', limit, async (t) => {
    const { visitor } = await scripted(t, (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        let n = 0;
        const timer = setInterval(() => socket.write(`X-${n++}: 1\r\n`), 100);
        socket.on('close', () => clearInterval(timer));
    });
    const began = Date.now();
    assertProblem(await visitor().get('/api/proxy/x'), 504, 'upstream_timeout');
    assert.ok(Date.now() - began < 6_000);
});

test('a head beyond all limits is a 502', limit, async (t) => {
    const { visitor } = await scripted(t, (socket) => socket.write(`HTTP/1.1 200 OK\r\nX-A: ${'x'.repeat(3_000_000)}\r\nContent-Length: 0\r\n\r\n`));
    assertProblem(await visitor().get('/api/proxy/x'), 502, 'upstream_invalid');
});

test('a body that stalls is cut off, and never looks whole', limit, async (t) => {
    for (const head of ['Content-Length: 1000', 'Transfer-Encoding: chunked']) {
        const { visitor } = await scripted(t, (socket) => socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n5\r\nhello\r\n`));
        const { response } = await visitor().open('GET', '/api/proxy/x');
        assert.equal(response.statusCode, 200);
        await assert.rejects(async () => {
            for await (const _ of response);
        });
    }
});

test('a GET is repeated once when an idle connection breaks, a POST never (PX-14)', limit, async (t) => {
    const seen = [];
    const { visitor } = await scripted(t, (socket, request) => {
        const [method, path] = request.split(' ');
        seen.push(`${method} ${path}`);
        if (path === '/warm') socket.write(fine);
        else if (seen.filter((each) => each === `${method} ${path}`).length === 1) socket.destroy();
        else socket.write(fine);
    });
    const one = visitor();
    assert.equal((await one.get('/api/proxy/warm')).text, 'fine');
    const got = await one.get('/api/proxy/get');
    assert.equal(got.text, 'fine', got.describe());
    assert.equal((await one.get('/api/proxy/warm')).text, 'fine');
    const posted = await one.send('POST', '/api/proxy/post');
    assert.equal(posted.status, 502, posted.describe());
    assert.deepEqual(seen.filter((each) => each.endsWith('/get')).length, 2);
    assert.deepEqual(seen.filter((each) => each.endsWith('/post')).length, 1);
});

test('header values of the API cannot smuggle anything into the answer', limit, async (t) => {
    const { visitor } = await scripted(t, (socket) =>
        socket.write('HTTP/1.1 200 OK\r\nX-A: one\r\nConnection: close, X-Secret\r\nX-Secret: hop\r\nCloche-Error: forged\r\nKeep-Alive: timeout=5\r\nContent-Length: 2\r\n\r\nhi'),
    );
    const answer = await visitor().get('/api/proxy/x');
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['x-a'], 'one');
    for (const name of ['x-secret', 'cloche-error', 'keep-alive']) assert.equal(answer.headers[name], undefined, name);
});

test('a sign-in answered with strange tokens is a 502 and no session', limit, async (t) => {
    const bodies = [
        '{"data":{"accessToken":"a\\r\\nX-Evil: 1"}}',
        '{"data":{"accessToken":"a b"}}',
        '{"data":{"accessToken":""}}',
        '{"data":{"accessToken":42}}',
        '{"data":{"accessToken":null}}',
        '{"data":{"accessToken":"a.b.c","accessToken":"d.e.f"}}',
        `{"data":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
        '[]',
        '',
    ];
    let body = '';
    const { visitor } = await scripted(t, (socket) =>
        socket.write(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nSet-Cookie: refreshToken=r; Path=/\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`),
    );
    for (body of bodies) {
        const answer = await visitor().signIn();
        assert.equal(answer.status, 502, `${body.slice(0, 60)}: ${answer.describe()}`);
        assert.deepEqual(answer.setCookies, []);
    }
});
