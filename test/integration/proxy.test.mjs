// ANY /api/proxy/*: what reaches the API, what comes back, and what does neither.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import net from 'node:net';
import test from 'node:test';

import { RawConnection, sendRaw } from '../support/http_raw.mjs';
import { atEnd } from '../support/cleanup.mjs';
import { assertProblem, eventually, scene, signedInScene, sleep } from '../support/scene.mjs';

const limit = { timeout: 120_000 };

/** The fields an echo saw, by lower-case name; several values of one name in a list. */
function seen(echo) {
    const fields = {};
    for (let i = 0; i < echo.rawHeaders.length; i += 2) (fields[echo.rawHeaders[i].toLowerCase()] ??= []).push(echo.rawHeaders[i + 1]);
    return fields;
}

test('what reaches the API', limit, async (t) => {
    const { zoe, gateway } = await signedInScene(t);

    for (const target of ['/echo', '/echo?q=1&q=2&empty=&=x', '/echo/a%20b/c%C3%A9?x=%2F%2e&y=a+b', "/echo/;a=b,c!$&'()*:@~-._?/?&&", '/echo/?', '/echo/deep/er/']) {
        await t.test(`GET ${target} byte for byte (PX-15)`, async () => {
            const answer = await zoe.get(`/api/proxy${target}`);
            assert.equal(answer.status, 200, answer.describe());
            assert.equal(answer.json.url, target);
            assert.equal(answer.json.bearer, true);
        });
    }

    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        await t.test(`${method} with its body`, async () => {
            const body = randomBytes(method === 'GET' ? 10 : 100_000);
            const answer = await zoe.send(method, '/api/proxy/echo', { body, headers: { 'content-type': 'application/octet-stream', 'content-length': body.length } });
            assert.equal(answer.status, 200, answer.describe());
            assert.equal(answer.json.method, method);
            assert.deepEqual(answer.json.body, { length: body.length, sha256: createHash('sha256').update(body).digest('hex') });
            assert.deepEqual(seen(answer.json)['content-type'], ['application/octet-stream']);
        });
    }

    await t.test('a chunked body arrives whole, its trailers do not (PX-8)', async () => {
        const cookie = zoe.jar.header;
        const { answers } = await sendRaw(
            gateway.port,
            `POST /api/proxy/echo HTTP/1.1\r\nHost: localhost:${gateway.port}\r\nCookie: ${cookie}\r\nSec-Fetch-Site: same-origin\r\n` +
                'Transfer-Encoding: chunked\r\nTrailer: X-Late\r\n\r\n4;name=value\r\nWiki\r\n6\r\npedia \r\n0\r\nX-Late: 1\r\n\r\n',
        );
        assert.equal(answers[0].status, 200, answers[0]?.head);
        const echo = JSON.parse(answers[0].body);
        assert.equal(echo.body.length, 10);
        assert.deepEqual(echo.trailers, []);
        assert.equal(seen(echo)['x-late'], undefined);
    });

    await t.test('header fields of the client go on (defect 22)', async () => {
        const answer = await zoe.get('/api/proxy/echo', {
            headers: { 'accept-language': 'de-AT', 'if-none-match': '"v1"', 'x-custom': 'yes', range: 'bytes=0-1', accept: 'application/json' },
        });
        const fields = seen(answer.json);
        assert.deepEqual(fields['accept-language'], ['de-AT']);
        assert.deepEqual(fields['if-none-match'], ['"v1"']);
        assert.deepEqual(fields['x-custom'], ['yes']);
        assert.deepEqual(fields.range, ['bytes=0-1']);
        assert.deepEqual(fields['user-agent'], ['visitor/1.0']);
    });

    await t.test('the gateway cookie is taken off, others stay (CK-15)', async () => {
        const own = zoe.jar.header;
        const answer = await zoe.get('/api/proxy/echo', { headers: { cookie: `theme=dark; ${own}; lang=en` } });
        assert.deepEqual(seen(answer.json).cookie, ['theme=dark; lang=en']);
        assert.equal(seen((await zoe.get('/api/proxy/echo')).json).cookie, undefined);
    });

    await t.test('what the gateway sets cannot be brought along (BF-7, FW-1, FW-4)', async () => {
        const answer = await zoe.get('/api/proxy/echo', {
            headers: {
                authorization: 'Basic eDp5',
                forwarded: 'for=6.6.6.6',
                'x-forwarded-for': '6.6.6.6',
                'x-forwarded-host': 'evil.example',
                'x-forwarded-proto': 'https',
                'x-forwarded-prefix': '/evil.example',
                'X-Forwarded-User': 'evil.example',
                'x-forwarded-uri': '/evil.example',
                'x-real-ip': '6.6.6.6',
                x_forwarded_for: '6.6.6.6',
                'x-csrf': '1',
            },
        });
        const fields = seen(answer.json);
        assert.deepEqual(fields.authorization, ['Bearer …']);
        assert.ok(!JSON.stringify(answer.json.rawHeaders).includes('6.6.6.6'), answer.text);
        assert.ok(!JSON.stringify(answer.json.rawHeaders).includes('evil.example'), answer.text);
        assert.deepEqual(fields['x-forwarded-for'], ['127.0.0.1']);
        assert.deepEqual(fields['x-forwarded-proto'], ['http']);
        assert.match(fields['x-forwarded-host'][0], /^localhost(:\d+)?$/);
        assert.match(fields.forwarded[0], /for="?127\.0\.0\.1"?/);
        assert.match(fields.via[0], /^1\.1 \S+$/);
        assert.match(fields.traceparent[0], /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/);
        assert.equal(fields['x-request-id'].length, 1);
        assert.equal(fields.host[0].startsWith('127.0.0.1:'), true);
    });

    await t.test('hop-by-hop fields end here and cannot take injected ones with them (PX-9)', async () => {
        const answer = await zoe.get('/api/proxy/echo', {
            headers: { connection: 'close, x-hop, authorization, x-forwarded-for', 'x-hop': '1', te: 'gzip', 'proxy-authorization': 'x', 'keep-alive': 'timeout=5' },
        });
        const fields = seen(answer.json);
        assert.equal(fields['x-hop'], undefined);
        assert.equal(fields.te, undefined);
        assert.equal(fields['proxy-authorization'], undefined);
        assert.deepEqual(fields.authorization, ['Bearer …']);
        assert.deepEqual(fields['x-forwarded-for'], ['127.0.0.1']);
    });

    await t.test('a trace is carried on', async () => {
        const trace = '0af7651916cd43dd8448eb211c80319c';
        const tracestate = 'vendor=1';
        const answer = await zoe.get('/api/proxy/echo', {
            headers: { traceparent: `00-${trace}-b7ad6b7169203331-01`, tracestate },
        });
        assert.match(seen(answer.json).traceparent[0], new RegExp(`^00-${trace}-`));
        assert.deepEqual(seen(answer.json).tracestate, [tracestate]);

        const stray = await zoe.get('/api/proxy/echo', { headers: { traceparent: `00-${trace}-0-01`, tracestate } });
        assert.equal(seen(stray.json).tracestate, undefined);
    });

    await t.test('a request that was here before is refused: a loop (PX-10)', async () => {
        const via = seen((await zoe.get('/api/proxy/echo')).json).via[0];
        const answer = await zoe.get('/api/proxy/echo', { headers: { via } });
        assert.ok(answer.status >= 400, answer.describe());
        assert.ok(answer.headers['cloche-error'], answer.describe());
        const other = await zoe.get('/api/proxy/echo', { headers: { via: '1.1 somebody' } });
        assert.equal(other.status, 200);
        assert.match(seen(other.json).via.join(', '), /1\.1 somebody, 1\.1 /);
    });
});

test('what comes back from the API', limit, async (t) => {
    const { api, zoe } = await signedInScene(t);

    for (const status of [200, 201, 202, 400, 403, 404, 409, 418, 422, 429, 500, 503]) {
        await t.test(`status ${status} stays (defect 23)`, async () => {
            for (const method of ['GET', 'DELETE']) {
                const answer = await zoe.send(method, `/api/proxy/status/${status}`);
                assert.equal(answer.status, status);
                assert.equal(answer.json.status, status);
                assert.equal(answer.headers['x-from-api'], 'yes');
                assert.equal(answer.headers['cloche-error'], undefined);
            }
        });
    }

    await t.test('header fields stay (defect 24)', async () => {
        const answer = await zoe.send('POST', '/api/proxy/created', { body: '{}', headers: { 'content-type': 'application/json' } });
        assert.equal(answer.status, 201);
        assert.equal(answer.headers.etag, '"v1"');
        assert.equal(answer.headers['x-total-count'], '1');
        assert.equal(answer.headers['content-language'], 'en');
        assert.equal(answer.headers.location, '/api/proxy/items/5');
    });

    await t.test('204 and 304 and HEAD have no body (defect 25)', async () => {
        const empty = await zoe.get('/api/proxy/empty');
        assert.equal(empty.status, 204);
        assert.equal(empty.body.length, 0);
        assert.equal(empty.headers['x-from-api'], 'yes');
        const same = await zoe.get('/api/proxy/not-modified');
        assert.equal(same.status, 304);
        assert.equal(same.body.length, 0);
        const head = await zoe.send('HEAD', '/api/proxy/binary');
        assert.equal(head.status, 200);
        assert.equal(head.body.length, 0);
        assert.equal(head.headers['content-type'], 'image/png');
        assert.equal(api.requests.at(-1).method, 'HEAD');
    });

    await t.test('bytes stay bytes', async () => {
        const answer = await zoe.get('/api/proxy/binary');
        assert.equal(answer.headers['content-type'], 'image/png');
        assert.deepEqual([...answer.body.subarray(0, 256)], Array.from({ length: 256 }, (_, i) => i));
        assert.equal(answer.body.length, 1024);
    });

    await t.test('cookies of the API do not pass (CK-14)', async () => {
        assert.deepEqual((await zoe.get('/api/proxy/cookies')).setCookies, []);
    });

    await t.test('redirects are not followed (BF-6)', async () => {
        const before = api.requests.length;
        const answer = await zoe.get('/api/proxy/redirect?to=/echo/landed');
        assert.equal(answer.status, 302);
        assert.equal(answer.headers.location, '/api/proxy/echo/landed');
        const own = await zoe.get(`/api/proxy/redirect?to=${encodeURIComponent(`${api.url}/echo/own`)}`);
        assert.equal(own.headers.location, '/api/proxy/echo/own');
        const away = await zoe.get('/api/proxy/redirect?to=https%3A%2F%2Fevil.example%2F');
        assert.equal(away.headers.location, undefined);
        assert.equal(api.requests.length, before + 3);
    });

    await t.test('a challenge that browsers would prompt for is not handed on (BF-10)', async () => {
        api.forgetAccessTokens();
        const answer = await zoe.get('/api/proxy/guarded');
        assert.equal(answer.status, 401);
        assert.ok(!/basic|digest|negotiate/i.test(answer.headers['www-authenticate'] ?? ''), answer.describe());
    });

    await t.test('interim answers are consumed', async () => {
        const answer = await zoe.get('/api/proxy/hints');
        assert.equal(answer.status, 200);
        assert.equal(answer.json.message, 'after the hint');
    });
});

test('cookies of the API that are listed pass, without a Domain, each on its line (CK-6, CK-14)', limit, async (t) => {
    const { zoe } = await signedInScene(t, { config: { proxy: { pass_set_cookie: ['theme', 'lang', 'tracker'] } } });
    const answer = await zoe.get('/api/proxy/cookies');
    assert.equal(answer.setCookies.length, 3, answer.describe());
    assert.match(answer.setCookies[0], /^theme=dark; Path=\//);
    assert.match(answer.setCookies[1], /^lang=en;.*Expires=Wed, 21 Oct 2037 07:28:00 GMT/);
    assert.match(answer.setCookies[2], /^tracker=1/);
    assert.ok(!/domain/i.test(answer.setCookies[2]));
    assert.match(answer.headers['cache-control'], /no-store/);
});

test('bodies are streamed, not gathered', limit, async (t) => {
    const { api, gateway, zoe } = await signedInScene(t);

    await t.test('the first part of an answer is there before the last is made', async () => {
        const { response } = await zoe.open('GET', '/api/proxy/trickle?parts=3&ms=400');
        const began = Date.now();
        const times = [];
        for await (const _ of response) times.push(Date.now() - began);
        assert.ok(times[0] < 300, `first part after ${times[0]} ms`);
        assert.ok(times.at(-1) > 600, `last part after ${times.at(-1)} ms`);
    });

    await t.test('an event stream is passed on at once and marked against buffering (SS-1)', async () => {
        const { request, response } = await zoe.open('GET', '/api/proxy/events', { headers: { accept: 'text/event-stream' } });
        assert.equal(response.headers['content-type'], 'text/event-stream');
        assert.equal(response.headers['x-accel-buffering'], 'no');
        const iterator = response[Symbol.asyncIterator]();
        assert.equal((await iterator.next()).value.toString(), 'data: first\n\n');
        api.eventStream.write('data: second\n\n');
        assert.equal((await iterator.next()).value.toString(), 'data: second\n\n');
        request.on('error', () => {});
        response.on('error', () => {});
        request.destroy();
    });

    await t.test('a browser that goes away takes the request to the API with it (defect 28)', async () => {
        const { request } = await Promise.race([
            zoe.open('GET', '/api/proxy/trickle?parts=1000&ms=50'),
            sleep(5_000).then(() => assert.fail('no head')),
        ]);
        const before = api.counts.aborted;
        request.on('error', () => {});
        request.destroy();
        await eventually('the API sees the end', () => api.counts.aborted > before, 5_000);
    });

    await t.test('so too while the API has not answered yet', async () => {
        const connection = await RawConnection.open(gateway.port);
        connection.write(`GET /api/proxy/hang HTTP/1.1\r\nHost: localhost:${gateway.port}\r\nCookie: ${zoe.jar.header}\r\n\r\n`);
        await eventually('the request', () => api.hangs > 0);
        connection.close();
        await eventually('the API sees the end', () => api.hangsLeft > 0, 5_000);
    });

    for (const path of ['cut', 'cut-chunked']) {
        await t.test(`an answer that ends too early (${path}) never looks whole`, async () => {
            const { response } = await zoe.open('GET', `/api/proxy/${path}`);
            assert.equal(response.statusCode, 200);
            await assert.rejects(async () => {
                for await (const _ of response);
            });
        });
    }

    await t.test('an early answer to an upload is passed on, and the upload stopped', async () => {
        const connection = await RawConnection.open(gateway.port);
        connection.write(
            `POST /api/proxy/early HTTP/1.1\r\nHost: localhost:${gateway.port}\r\nCookie: ${zoe.jar.header}\r\nSec-Fetch-Site: same-origin\r\nContent-Length: 100000000\r\n\r\n${'x'.repeat(1000)}`,
        );
        const answer = await connection.answer();
        assert.equal(answer?.status, 413, connection.received);
        assert.equal(JSON.parse(answer.body).message, 'too large for me');
        assert.ok(await connection.untilEnd(5_000), 'the connection stays open in the middle of an upload');
        connection.close();
    });
});

test('expectations (PX-13)', limit, async (t) => {
    const { gateway, zoe } = await signedInScene(t);
    const head = (expect) =>
        `POST /api/proxy/echo HTTP/1.1\r\nHost: localhost:${gateway.port}\r\nCookie: ${zoe.jar.header}\r\nSec-Fetch-Site: same-origin\r\nExpect: ${expect}\r\nContent-Length: 4\r\n\r\n`;

    await t.test('100-continue is answered before the body is sent', async () => {
        const connection = await RawConnection.open(gateway.port);
        connection.write(head('100-continue'));
        assert.ok(await connection.until((received) => received.includes('100 Continue\r\n\r\n'), 5_000), connection.received);
        connection.write('four');
        await connection.until((received) => /HTTP\/1\.1 200/.test(received), 5_000);
        assert.match(connection.received, /HTTP\/1\.1 200/);
        connection.close();
    });

    await t.test('anything else is refused', async () => {
        const { answers } = await sendRaw(gateway.port, `${head('a-pony')}four`);
        assert.equal(answers[0].status, 417);
    });
});

test('who may come through', limit, async (t) => {
    await t.test('without a session: 401 in JSON, never a prompt, and the API hears nothing (BF-9, BF-10)', async (t2) => {
        const { api, visitor } = await scene(t2);
        for (const method of ['GET', 'POST', 'DELETE']) {
            const answer = await visitor().send(method, '/api/proxy/echo');
            assertProblem(answer, 401, 'unauthenticated');
            assert.ok(answer.headers['www-authenticate'], answer.describe());
            assert.ok(!/basic|digest|negotiate/i.test(answer.headers['www-authenticate']));
            assert.deepEqual(answer.setCookies, []);
        }
        assert.equal(api.requests.length, 0);
    });

    await t.test('optional: with a token when there is a session, without one when not', async (t2) => {
        const { visitor, zoe } = await signedInScene(t2, { config: { proxy: { auth: 'optional' } } });
        assert.equal((await zoe.get('/api/proxy/echo')).json.bearer, true);
        const answer = await visitor().get('/api/proxy/echo');
        assert.equal(answer.status, 200);
        assert.equal(seen(answer.json).authorization, undefined);
    });

    await t.test('public: never a token', async (t2) => {
        const { zoe } = await signedInScene(t2, { config: { proxy: { auth: 'public' } } });
        const answer = await zoe.get('/api/proxy/echo');
        assert.equal(answer.status, 200);
        assert.equal(seen(answer.json).authorization, undefined);
        assert.equal(seen(answer.json).cookie, undefined);
    });
});

test("the API's own sign-in, refresh and sign-out are out of reach, in any spelling", limit, async (t) => {
    const { api, zoe } = await signedInScene(t);
    const before = api.requests.length;
    const spellings = [
        '/auth/login',
        '/auth/refresh-token',
        '/auth/logout',
        '/AUTH/Login',
        '/auth/login/',
        '/auth/login;x=1',
        '/auth/login?x=1',
        '/auth;a=b/refresh-token',
        '/auth/refresh%2Dtoken',
        '/auth/%6cogin',
        '/auth/log%69n',
        '/auth//login',
        '/auth/./login',
        '/x/../auth/login',
        '/auth/x/../login',
        '/auth%2Flogin',
        '/auth/%2e/login',
        '/auth\\login',
        '/auth%5Clogin',
        '/auth/refresh-token%00',
        '/auth/login%20',
        '/auth/login%3Bx',
        '//auth/login',
    ];
    for (const spelling of spellings) {
        await t.test(spelling, async () => {
            for (const method of ['GET', 'POST', 'DELETE']) {
                const answer = await zoe.send(method, `/api/proxy${spelling}`);
                assert.ok([400, 404].includes(answer.status), `${method}: ${answer.describe()}`);
                assert.ok(answer.headers['cloche-error'], answer.describe());
            }
        });
    }
    assert.equal(api.requests.length, before, JSON.stringify(api.requests.slice(before).map(({ method, url }) => `${method} ${url}`)));
    assert.match((await zoe.get('/api/proxy/auth/login')).json.detail, /\/api\/auth\//);
    // Reading the user is no sign-in.
    assert.equal((await zoe.get('/api/proxy/auth/me')).json.data.email, 'zoe@example.org');
});

test('a path that is not in normal form is refused (BF-4, PX-15)', limit, async (t) => {
    const { api, zoe } = await signedInScene(t);
    const before = api.requests.length;
    for (const path of ['/echo/../secret', '/echo/%2e%2e/secret', '/echo/.%2E/x', '/a//b', '/a%2Fb', '/a%2fb', '/a\\b', '/a%5cb', '/a%00b', '/a%zz', '/a%', '/a%4', '/%41bc', '/./a', '/a/.', '/a/..', '/a%c0%ae/b%']) {
        const answer = await zoe.get(`/api/proxy${path}`);
        assert.equal(answer.status, 400, `${path}: ${answer.describe()}`);
        assert.equal(answer.json.code, 'bad_request');
    }
    assert.equal(api.requests.length, before);
});

test('only the listed paths of the API may be reached (BF-5, defect 31)', limit, async (t) => {
    const { api, zoe } = await signedInScene(t, { config: { proxy: { allow: ['/echo/*', '/auth/me'] } } });
    assert.equal((await zoe.get('/api/proxy/echo/a')).status, 200);
    assert.equal((await zoe.get('/api/proxy/auth/me')).status, 200);
    const before = api.requests.length;
    for (const path of ['/echo', '/echo/a/b', '/admin', '/auth/me/x', '/ECHO/a', '/auth/login']) {
        const answer = await zoe.get(`/api/proxy${path}`);
        assert.ok([403, 404].includes(answer.status), `${path}: ${answer.describe()}`);
    }
    assert.equal(api.requests.length, before);
});

test('an API under a base path', limit, async (t) => {
    const { zoe } = await signedInScene(t, { api: { base: '/v1/api' } });
    assert.equal((await zoe.get('/api/proxy/echo?x=1')).json.url, '/v1/api/echo?x=1');
    assert.equal((await zoe.get('/api/proxy/redirect?to=/v1/api/echo')).headers.location, '/api/proxy/echo');
});

test('TRACE and CONNECT are always refused (BF-5)', limit, async (t) => {
    const { api, gateway, zoe } = await signedInScene(t);
    const before = api.requests.length;
    for (const line of ['TRACE /api/proxy/echo', 'TRACE /', 'CONNECT localhost:80']) {
        const { answers, received } = await sendRaw(gateway.port, `${line} HTTP/1.1\r\nHost: localhost:${gateway.port}\r\nCookie: ${zoe.jar.header}\r\nX-CSRF: 1\r\n\r\n`);
        assert.ok([400, 405, 501].includes(answers[0]?.status), `${line}: ${received}`);
    }
    assert.equal(api.requests.length, before);
});

test('faults of the API have names and generic words (PX-17)', limit, async (t) => {
    const { api, zoe } = await signedInScene(t, { config: { timeouts: { upstream_answer: '700ms', upstream_connect: '500ms' } } });
    assertProblem(await zoe.get('/api/proxy/hang'), 504, 'upstream_timeout');
    await api.stop();
    const down = await zoe.get('/api/proxy/echo');
    assertProblem(down, 502, 'upstream_unreachable');
    assert.ok(!down.text.includes(String(api.port)), 'says where the API is');
    assert.equal((await zoe.session()).authenticated, true);
});

test('a badly framed answer is a 502, and its connection is not used again (PX-4, PX-5, PX-12)', limit, async (t) => {
    const { api } = await signedInScene(t);
    const bad = [
        ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!'],
        ['length and chunks', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
        ['a length with a sign', 'HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello'],
        ['an unknown coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n'],
        ['space before the colon', 'HTTP/1.1 200 OK\r\nX-A : 1\r\nContent-Length: 0\r\n\r\n'],
        ['a folded field', 'HTTP/1.1 200 OK\r\nX-A: 1\r\n b\r\nContent-Length: 0\r\n\r\n'],
        ['a bare LF', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n'],
        ['a NUL', 'HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Length: 0\r\n\r\n'],
        ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
        ['another version', 'HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n'],
        ['a status of two digits', 'HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n'],
        ['nothing at all', ''],
    ];
    // A server that signs people in like the mock, and answers everything else with the bytes of the case.
    let bytes = '';
    const server = net.createServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', () => socket.end(Buffer.from(bytes, 'latin1')));
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    atEnd(t, () => new Promise((resolve) => server.close(resolve)));
    const raw = await scene(t, { api: { start: async () => {}, stop: async () => {}, url: `http://127.0.0.1:${server.address().port}` }, config: { proxy: { auth: 'public' } } });
    for (const [what, answerBytes] of bad) {
        await t.test(what, async () => {
            bytes = answerBytes;
            const answer = await raw.visitor().get('/api/proxy/x');
            assert.equal(answer.status, 502, answer.describe());
            assert.match(answer.json.code, /^upstream_(invalid|unreachable)$/);
        });
    }
    assert.ok(api);
});

test('a body that ends with the connection reaches the browser with an end of its own', limit, async (t) => {
    const server = net.createServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil the end'));
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    atEnd(t, () => new Promise((resolve) => server.close(resolve)));
    const { gateway } = await scene(t, { api: { start: async () => {}, stop: async () => {}, url: `http://127.0.0.1:${server.address().port}` }, config: { proxy: { auth: 'public' } } });
    const { answers } = await sendRaw(gateway.port, `GET /api/proxy/x HTTP/1.1\r\nHost: localhost:${gateway.port}\r\n\r\n`);
    assert.equal(answers[0].status, 200);
    assert.equal(answers[0].body, 'until the end');
    assert.match(answers[0].headers.get('transfer-encoding') ?? '', /chunked/);
});

test('a connection that the API closed while it was idle is noticed (PX-14)', limit, async (t) => {
    const { api, zoe } = await signedInScene(t);
    assert.equal((await zoe.get('/api/proxy/echo')).status, 200);
    const { port } = api;
    await api.stop();
    await api.start(port);
    for (let i = 0; i < 5; ++i) assert.equal((await zoe.get('/api/proxy/echo')).status, 200);
});
