// An app behind the gateway: what it gets, what comes back, and what it can never do.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';

import { atEnd } from '../support/cleanup.mjs';
import { RawConnection } from '../support/http_raw.mjs';
import { LoopbackServer, readBody } from '../support/loopback_server.mjs';
import { assertProblem, scene, sleep } from '../support/scene.mjs';

const limit = { timeout: 60_000 };

async function behind(t, { frontend = {}, config = {}, api = {}, answer } = {}) {
    const asked = [];
    const app = new LoopbackServer(
        async (request, response) => {
            const body = await readBody(request);
            asked.push({ method: request.method, url: request.url, headers: request.headers, rawHeaders: request.rawHeaders, body: body.toString() });
            if (answer) return answer(request, response);
            response.writeHead(200, { 'content-type': 'text/html', 'x-app': 'yes' });
            response.end('<h1>app</h1>');
            return undefined;
        },
        {
            onUpgrade: (request, socket) => {
                asked.push({ method: 'UPGRADE', url: request.url, headers: request.headers });
                const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
                socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
                socket.on('data', (data) => socket.write(data));
                socket.on('error', () => {});
            },
        },
    );
    await app.open();
    atEnd(t, () => app.close());
    const all = await scene(t, { api, config: { frontend: { upstream: app.url, ...frontend }, ...config } });
    return { ...all, app, asked };
}

test('the app gets the request as it is, with a fresh token when there is a session', limit, async (t) => {
    const { api, visitor, asked } = await behind(t, { api: { accessLife: 2 } });
    const zoe = visitor();
    await zoe.signIn();
    await sleep(2_300);
    zoe.jar.set('theme', 'dark');
    const answer = await zoe.visit('/some/page?a=%2F&b', { headers: { 'x-custom': '1', authorization: 'Basic eDp5' } });
    assert.equal(answer.status, 200, answer.describe());
    assert.equal(answer.headers['x-app'], 'yes');
    const [saw] = asked;
    assert.equal(saw.url, '/some/page?a=%2F&b');
    assert.equal(saw.headers['x-custom'], '1');
    const token = /^Bearer (.+)$/.exec(saw.headers.authorization)[1];
    assert.ok(api.tokens.has(token));
    assert.equal(api.counts.refresh, 1, 'the token it got was not fresh');
    assert.equal(saw.headers.cookie, 'theme=dark');
    assert.equal(saw.headers['x-forwarded-for'], '127.0.0.1');
});

test('without a session there is no token, whatever the browser brings', limit, async (t) => {
    const { visitor, asked } = await behind(t);
    await visitor().visit('/page', { headers: { authorization: 'Bearer forged', cookie: `cloche_session=${'A'.repeat(43)}; a=1` } });
    assert.equal(asked[0].headers.authorization, undefined);
    assert.equal(asked[0].headers.cookie, 'a=1');
});

test('static files go by without a session and without a token', limit, async (t) => {
    const { api, visitor, asked } = await behind(t, { frontend: { static: ['/_next/static/*'], guard: ['/**'] }, api: { accessLife: 2 } });
    const zoe = visitor();
    await zoe.signIn();
    await sleep(2_300);
    await zoe.get('/_next/static/app.js');
    assert.equal(asked[0].headers.authorization, undefined);
    assert.equal(asked[0].headers.cookie, undefined);
    assert.equal(api.counts.refresh, 0);
});

test("the app's cookies pass, except under the gateway's names", limit, async (t) => {
    const { visitor } = await behind(t, {
        answer: (_, response) => {
            response.writeHead(200, { 'set-cookie': ['theme=dark; Path=/', 'cloche_session=evil; Path=/', 'lang=en; Expires=Wed, 21 Oct 2037 07:28:00 GMT'] });
            response.end('ok');
        },
    });
    const zoe = visitor();
    await zoe.signIn();
    const id = zoe.jar.get('cloche_session');
    const answer = await zoe.visit('/');
    assert.deepEqual(answer.setCookies, ['theme=dark; Path=/', 'lang=en; Expires=Wed, 21 Oct 2037 07:28:00 GMT']);
    assert.equal(zoe.jar.get('cloche_session'), id);
});

test('tokens mode: nor under the names of the copies', limit, async (t) => {
    const { api, visitor } = await behind(t, {
        config: { session: { mode: 'tokens' } },
        answer: (_, response) => {
            response.writeHead(200, { 'set-cookie': ['accessToken=evil; Path=/', 'refreshToken=evil; Path=/', 'theme=dark'] });
            response.end('ok');
        },
    });
    const zoe = visitor();
    await zoe.signIn();
    await zoe.visit('/');
    assert.ok(api.tokens.has(zoe.jar.get('accessToken')));
    assert.ok(api.tokens.has(zoe.jar.get('refreshToken')));
    assert.equal(zoe.jar.get('theme'), 'dark');
});

test('forms of the app arrive whole, from our own site alone when somebody is signed in', limit, async (t) => {
    const { visitor, asked } = await behind(t);
    const zoe = visitor();
    await zoe.signIn();
    assert.equal((await zoe.form('/contact', { text: 'hello' })).status, 200);
    assert.equal(asked[0].body, 'text=hello');
    const forged = await zoe.form('/contact', { text: 'evil' }, { headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' } });
    assert.equal(forged.status, 403, forged.describe());
    assert.equal(asked.length, 1);
});

test('an app that is down is a 502, as a page for a person', limit, async (t) => {
    const { app, visitor } = await behind(t);
    await app.close();
    const page = await visitor().visit('/');
    assert.equal(page.status, 502);
    assert.match(page.headers['content-type'], /^text\/html/);
    assertProblem(await visitor().get('/x'), 502, 'upstream_unreachable');
    assert.equal((await visitor().get('/api/auth/session')).status, 200);
});

test('redirects of the app come back as they are or at our own address', limit, async (t) => {
    const { app, visitor } = await behind(t, {
        answer: (request, response) => {
            response.writeHead(302, { location: new URL(request.url, 'http://x').searchParams.get('to') });
            response.end();
        },
    });
    const to = async (where) => (await visitor().visit(`/go?to=${encodeURIComponent(where)}`)).headers.location;
    assert.equal(await to('/elsewhere?x=1'), '/elsewhere?x=1');
    assert.equal(await to(`${app.url}/own`), '/own');
    assert.equal(await to('https://shop.example/'), 'https://shop.example/');
});

test('the API and the pages of the gateway come before the app', limit, async (t) => {
    const { visitor, asked } = await behind(t);
    await visitor().get('/api/auth/session');
    await visitor().visit('/auth/login');
    await visitor().get('/api/proxy/echo');
    assert.deepEqual(asked, []);
});

test('a signed-in page is not kept by caches unless the app says so (CA-2)', limit, async (t) => {
    const { visitor } = await behind(t);
    const zoe = visitor();
    await zoe.signIn();
    assert.match((await zoe.visit('/')).headers['cache-control'], /no-store/);
});

test('a WebSocket is two pumps after the 101 of the app (WS-3), or refused as a whole', limit, async (t) => {
    const { gateway, visitor, asked } = await behind(t);
    const zoe = visitor();
    await zoe.signIn();
    const shake = (origin) =>
        `GET /socket HTTP/1.1\r\nHost: localhost:${gateway.port}\r\nCookie: ${zoe.jar.header}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${origin ? `Origin: ${origin}\r\n` : ''}\r\n`;
    const foreign = await RawConnection.open(gateway.port);
    foreign.write(shake('https://evil.example'));
    const refused = await foreign.answer();
    assert.ok(refused?.status >= 400 || refused === undefined || !foreign.received.startsWith('HTTP/1.1 101'), foreign.received);
    foreign.close();
    assert.equal(asked.filter(({ method }) => method === 'UPGRADE').length, 0, 'a foreign page reached the app');
});
