// Pages and actions of a program made with the library (include/cloche): test/application is the program.
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';

import { binary } from '../support/cloche.mjs';
import { password, person } from '../support/mock_api.mjs';
import { assertProblem, eventually, scene, signedInScene, sleep } from '../support/scene.mjs';

const limit = { timeout: 60_000 };
const application = join(dirname(binary), 'test_application');

/** What a page printed as `name=value` lines. */
const shown = (answer) => Object.fromEntries(answer.text.trim().split('\n').map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]));

test('a page sees its request, and no secret of it', limit, async (t) => {
    const { zoe } = await signedInScene(t, { application });
    const page = shown(await zoe.visit('/?q=a%20b&next=%2Fthere%3Fx%3D1', { headers: { cookie: `${zoe.jar.header}; theme=dark` } }));
    assert.deepEqual(page, {
        method: 'GET',
        path: '/',
        rest: '',
        query: 'a b',
        agent: 'visitor/1.0',
        cookie: '',
        address: '127.0.0.1',
        signed_in: 'yes',
        next: '/there?x=1',
    });
    assert.equal(shown(await zoe.visit('/?next=https%3A%2F%2Fevil.example')).next, '/fallback');
    assert.equal(shown(await zoe.visit('/items/7')).rest, '7');
    assert.equal(shown(await zoe.visit('/below/a/b')).rest, 'a/b');
    assert.equal((await zoe.visit('/items/7/8')).status, 404);
});

test('a page has the security fields, and what it sets itself stays', limit, async (t) => {
    const { visitor } = await scene(t, { application });
    const plain = await visitor().visit('/');
    assert.match(plain.headers['content-security-policy'], /default-src/);
    assert.equal(plain.headers['cache-control'], 'no-store');
    assert.equal(plain.headers['x-content-type-options'], 'nosniff');
    const own = await visitor().visit('/cookies');
    assert.equal(own.headers['content-security-policy'], "default-src 'self'");
    assert.deepEqual(own.setCookies, ['theme=dark; Path=/'], "nothing under the gateway's names");
    const head = await visitor().send('HEAD', '/');
    assert.equal(head.status, 200);
    assert.equal(head.body.length, 0);
});

test('a private page is for the signed-in, and calls the API with the token', limit, async (t) => {
    const { api, visitor } = await scene(t, { application });
    const zoe = visitor();
    const away = await zoe.visit('/me');
    assert.equal(away.status, 303);
    assert.equal(away.headers.location, '/auth/login?next=%2Fme');
    assertProblem(await zoe.get('/me'), 401, 'unauthenticated');

    await zoe.signIn();
    const answer = await zoe.visit('/me');
    assert.deepEqual(shown(answer), {
        name: person.fullName,
        id: String(person.id),
        missing: 'nothing',
        kept: person.email,
        subject: String(person.id),
        lasts: 'long',
        bearer: 'yes',
    });
    const echo = (await zoe.visit('/echo')).json;
    assert.equal(echo.method, 'POST');
    assert.equal(echo.url, '/echo?x=1');
    assert.equal(echo.body.length, 7);
    const sent = Object.fromEntries(echo.rawHeaders.map((_, i, all) => (i % 2 === 0 ? [all[i].toLowerCase(), all[i + 1]] : [])).filter((pair) => pair.length));
    assert.equal(sent['content-type'], 'application/json');
    assert.equal(sent['x-forwarded-for'], '127.0.0.1');
    assert.equal(sent.cookie, undefined);
    const members = (await zoe.visit('/echo?fields=1')).json;
    assert.equal(members.method, 'PUT');
    assert.equal(members.body.length, JSON.stringify({ a: '"1"' }).length);
    assert.equal((await zoe.visit('/nowhere')).status, 400);
});

test('a token that the API refuses is replaced while the page waits, or the session is over', limit, async (t) => {
    const { api, zoe } = await signedInScene(t, { application, api: { accessLife: 2 } });
    await sleep(1_200); // a refusal is worth a refresh when the token is no longer new
    api.forgetAccessTokens();
    assert.equal(shown(await zoe.visit('/me')).name, person.fullName);
    assert.equal(api.counts.refresh, 1);

    await sleep(1_200);
    api.forgetAccessTokens();
    api.refuseAllRefreshes = true;
    assertProblem(await zoe.get('/me'), 401, 'session_ended');
});

test('an action signs in and out', limit, async (t) => {
    const { visitor } = await scene(t, { application });
    const zoe = visitor();
    const wrong = await zoe.form('/sign-in', { email: person.email, password: 'wrong' });
    assert.equal(wrong.status, 401);
    assert.match(wrong.text, /Wrong e-mail or password/);
    const faulty = await zoe.form('/sign-in', { email: 'zoe', password: '' });
    assert.equal(faulty.status, 422);
    assert.match(faulty.text, /email=email must be an email/);
    assert.deepEqual(faulty.setCookies, []);

    const good = await zoe.form('/sign-in', { email: person.email, password, next: '/me?x=1' });
    assert.equal(good.status, 303, good.describe());
    assert.equal(good.headers.location, '/me?x=1');
    assert.equal(good.headers['x-signed-in'], 'yes');
    assert.equal(good.setCookies.length, 1);
    assert.equal(shown(await zoe.visit('/me')).name, person.fullName);

    const out = await zoe.form('/sign-out', {});
    assert.equal(out.headers.location, '/gone');
    assert.match(out.setCookies[0], /Max-Age=0/);
    assert.equal((await zoe.visit('/me')).status, 303);
});

test('actions take forms of this site alone', limit, async (t) => {
    const { visitor } = await scene(t, { application });
    const zoe = visitor();
    assert.equal((await zoe.form('/form', { b: '2', a: 'x y' })).text, 'b=2\na=x y\n');
    assertProblem(await zoe.form('/form', { a: '1' }, { headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example', 'sec-fetch-mode': 'cors' } }), 403, 'csrf_failed');
    assertProblem(await zoe.json('POST', '/form', { a: 1 }), 415, 'unsupported_media_type');
    assertProblem(await zoe.send('POST', '/form', { body: 'x'.repeat(70_000), headers: { 'content-type': 'application/x-www-form-urlencoded' } }), 413, 'body_too_large');
    assertProblem(await zoe.get('/form'), 405, 'method_not_allowed');
    const private_ = await zoe.form('/private', { a: '1' });
    assert.equal(private_.status, 303);
    assert.equal(private_.headers.location, '/auth/login', 'a form is not where to go back to');
});

test('what goes wrong in a page is an answer and a line in the log', limit, async (t) => {
    const { api, gateway, visitor, zoe } = await signedInScene(t, { application });
    assertProblem(await zoe.get('/fail'), 500, 'internal');
    assertProblem(await visitor().get('/misuse'), 500, 'internal');
    const reasons = await eventually('two reasons', () => {
        const lines = gateway.program.events.filter(({ event }) => event === 'page_failed');
        return lines.length === 2 && lines.map(({ reason }) => reason);
    });
    assert.equal(reasons[0], "a fault of the page's");
    assert.match(reasons[1], /nobody is signed in/);
    assertProblem(await zoe.get('/missing'), 404, 'not_found');
    await api.stop();
    const down = await zoe.visit('/me');
    assert.equal(down.status, 502, down.describe());
    assert.match(down.headers['content-type'], /^text\/html/);
});

test('a page learns what kind of trouble the API is in, and when to come back', limit, async (t) => {
    const { api, zoe } = await signedInScene(t, { application, api: { accessLife: 2 } });
    api.faults.add('me', { kind: 'status', status: 429, headers: { 'retry-after': '7', 'set-cookie': 'refreshToken=x' } });
    assert.deepEqual(shown(await zoe.visit('/trouble')), { retry_after: '7', type: 'application/json', cookie: '' });

    // The token runs out while nobody can be asked for another: it passes, and the page is not even begun.
    await sleep(2_100);
    api.faults.add('refresh', { kind: 'status', status: 503, times: Infinity });
    const away = await zoe.get('/trouble');
    assertProblem(away, 503, 'refresh_unavailable');
    assert.match(away.headers['retry-after'], /^[1-9]\d*$/);

    api.faults.clear();
    await eventually('a token again', async () => (await zoe.get('/trouble')).status === 200);
    await api.stop();
    assert.deepEqual(shown(await zoe.visit('/trouble')), { status: '502', code: 'upstream_unreachable' });
});

test('the sign-in page may be a page of the application', limit, async (t) => {
    const { visitor } = await scene(t, { application, config: { sign_in_page: '/welcome' } });
    const zoe = visitor();
    assert.equal((await zoe.visit('/me?x=1')).headers.location, '/welcome?next=%2Fme%3Fx%3D1');
    assertProblem(await zoe.get('/me'), 401, 'unauthenticated');
    assert.equal(shown(await zoe.visit('/?next=%2Fwelcome')).next, '/fallback', 'signing in leads somewhere else');
    await zoe.signIn();
    assert.equal((await zoe.form('/auth/logout', {})).headers.location, '/welcome?notice=signed-out');
});

test('pages run beside each other up to the bound, and beyond it are refused', limit, async (t) => {
    const { visitor } = await scene(t, { application });
    const began = Date.now();
    const answers = await Promise.all(Array.from({ length: 20 }, () => visitor().get('/hold')));
    const statuses = answers.map(({ status }) => status);
    assert.ok(statuses.filter((status) => status === 200).length >= 10, statuses.join());
    assert.ok(statuses.includes(503), statuses.join());
    assert.ok(statuses.every((status) => [200, 503].includes(status)), statuses.join());
    assert.ok(Date.now() - began < 5_000);
    assert.equal((await visitor().get('/')).status, 200);
});

test('files of the application, and the gateway around it', limit, async (t) => {
    const { visitor } = await scene(t, { application });
    const style = await visitor().get('/style.css');
    assert.equal(style.status, 200);
    assert.match(style.headers['content-type'], /^text\/css/);
    assert.equal((await visitor().get('/style.css', { headers: { 'if-none-match': style.headers.etag } })).status, 304);
    assert.equal((await visitor().get('/auth/login')).status, 200);
    assert.equal((await visitor().get('/api/auth/session')).json.authenticated, false);
});

test('stopping waits for a page that runs', limit, async (t) => {
    const { gateway, visitor } = await scene(t, { application });
    const held = visitor().get('/hold');
    await sleep(100);
    const exit = gateway.stop();
    assert.equal((await held).text, 'held');
    await exit;
    assert.equal(gateway.program.exit.code, 0);
});

test('stopping does not wait for a page that hangs', limit, async (t) => {
    const { gateway, zoe } = await signedInScene(t, { application, config: { timeouts: { drain: '300ms' } } });
    const until = join(gateway.folder, 'go-on');
    const hanging = zoe.visit(`/hang?until=${encodeURIComponent(until)}`).catch((error) => error);
    await eventually('a page that has begun', () => existsSync(`${until}.began`));
    gateway.program.signal('SIGTERM');
    assert.ok((await hanging) instanceof Error, 'the connection is cut');
    // Its thread cannot be: the program ends when the page does, and what it then asks for it does not get.
    writeFileSync(until, '');
    await gateway.stop();
});
