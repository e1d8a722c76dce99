// POST /api/auth/login, the form at /auth/login, and what stays of an earlier session.
import assert from 'node:assert/strict';
import test from 'node:test';

import { password, person } from '../support/mock_api.mjs';
import { assertProblem, scene, signedInScene } from '../support/scene.mjs';

const limit = { timeout: 60_000 };
const good = { email: person.email, password };

test('sign-in by JSON', limit, async (t) => {
    const { api, log, visitor } = await scene(t);

    await t.test('gives the answer of the API without its tokens, and says how long the session lives', async () => {
        const zoe = visitor();
        const answer = await zoe.json('POST', '/api/auth/login', good);
        assert.equal(answer.status, 200, answer.describe());
        assert.equal(answer.json.message, 'Login successful');
        assert.equal(answer.json.data?.accessToken, undefined);
        assert.ok(answer.json.session.expires_in > 0 && answer.json.session.expires_in <= 3600, answer.text);
        assert.ok(answer.json.session.idle_in > 0, answer.text);
        assert.ok(answer.json.session.refresh_in > 0 && answer.json.session.refresh_in <= 300, answer.text);
        log.assertNoTokens(api.tokens);
    });

    await t.test('sets one cookie with a random number and forbids caching (CA-1, SE-1)', async () => {
        const [first, second] = [await visitor().signIn(), await visitor().signIn()];
        for (const answer of [first, second]) {
            assert.equal(answer.setCookies.length, 1, answer.describe());
            assert.match(answer.setCookies[0], /^cloche_session=[A-Za-z0-9_-]{22,};/);
            assert.match(answer.headers['cache-control'], /no-store/);
        }
        assert.notEqual(first.setCookies[0], second.setCookies[0]);
    });

    await t.test('hands every field of the body on', async () => {
        await visitor().json('POST', '/api/auth/login', { ...good, remember: true, device: { name: 'x' } });
        assert.deepEqual(api.last('login').body, { ...good, remember: true, device: { name: 'x' } });
    });

    await t.test('hands a wrong password back with the status and words of the API', async () => {
        const answer = await visitor().json('POST', '/api/auth/login', { ...good, password: 'wrong' });
        assert.equal(answer.status, 401);
        assert.equal(answer.json.message, 'Wrong e-mail or password');
        assert.deepEqual(answer.setCookies, []);
        assert.match(answer.headers['cache-control'], /no-store/);
    });

    await t.test('hands the complaints about fields back', async () => {
        const answer = await visitor().json('POST', '/api/auth/login', { email: 'zoe', password: '' });
        assert.equal(answer.status, 422);
        assert.deepEqual(answer.json.message[0], { property: 'email', message: 'email must be an email' });
    });

    const refused = [
        ['no JSON', '{"email":', 'application/json', 400, 'bad_request'],
        ['an empty body', '', 'application/json', 400, 'bad_request'],
        ['an array', '[]', 'application/json', 400, 'bad_request'],
        ['a member twice', '{"email":"a@b.example","email":"c@d.example","password":"x"}', 'application/json', 400, 'bad_request'],
        ['text/plain', JSON.stringify(good), 'text/plain', 415, 'unsupported_media_type'],
        ['a form', new URLSearchParams(good).toString(), 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
        ['multipart', '--x\r\n\r\n--x--', 'multipart/form-data; boundary=x', 415, 'unsupported_media_type'],
        ['no content type', JSON.stringify(good), undefined, 415, 'unsupported_media_type'],
        ['more than 64 KiB', JSON.stringify({ ...good, filler: 'x'.repeat(66_000) }), 'application/json', 413, 'body_too_large'],
    ];
    for (const [what, body, type, status, code] of refused) {
        await t.test(`refuses ${what} before the API hears of it (CS-7)`, async () => {
            const before = api.counts.login;
            const answer = await visitor().send('POST', '/api/auth/login', { body, headers: { 'content-type': type } });
            assertProblem(answer, status, code);
            assert.equal(api.counts.login, before);
        });
    }

    await t.test('takes JSON with a charset', async () => {
        const answer = await visitor().send('POST', '/api/auth/login', {
            body: JSON.stringify(good),
            headers: { 'content-type': 'Application/JSON; charset=UTF-8' },
        });
        assert.equal(answer.status, 200, answer.describe());
    });

    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
        await t.test(`${method} does nothing (CS-6)`, async () => {
            const before = api.counts.login;
            const answer = await visitor().send(method, '/api/auth/login');
            assert.equal(answer.status, 405);
            assert.match(answer.headers.allow, /POST/);
            assert.equal(api.counts.login, before);
        });
    }

    const faults = [
        ['a fault that the API admits', { kind: 'status', status: 500 }],
        ['an answer that is no JSON', { kind: 'garbage' }],
        ['a success without a token', { kind: 'status', status: 200, body: '{"message":"ok","data":{}}' }],
        ['a connection cut', { kind: 'reset' }],
        ['half an answer', { kind: 'half' }],
    ];
    for (const [what, fault] of faults) {
        await t.test(`${what} is a 502 and no session`, async () => {
            api.faults.add('login', fault);
            const zoe = visitor();
            const answer = await zoe.json('POST', '/api/auth/login', good);
            assert.match(answer.json.code, /^upstream_(invalid|unreachable)$/, answer.describe());
            assertProblem(answer, 502, answer.json.code);
            assert.deepEqual(answer.setCookies, []);
        });
    }
});

test('sign-in over an older session ends it and gives another id (SE-2)', limit, async (t) => {
    const { api, zoe } = await signedInScene(t);
    const old = zoe.twin();
    const before = old.jar.get('cloche_session');
    assert.equal((await zoe.signIn()).status, 200);
    assert.notEqual(zoe.jar.get('cloche_session'), before);
    assertProblem(await old.get('/api/proxy/echo'), 401, 'session_ended');
    assert.equal((await zoe.get('/api/proxy/echo')).status, 200);
    assert.equal(api.liveFamilies <= 2, true);
});

test('a failed sign-in leaves the session of before alone', limit, async (t) => {
    const { zoe } = await signedInScene(t);
    const before = zoe.jar.get('cloche_session');
    assert.equal((await zoe.signIn({ password: 'wrong' })).status, 401);
    assert.equal(zoe.jar.get('cloche_session'), before);
    assert.equal((await zoe.get('/api/proxy/echo')).status, 200);
});

test('an id nobody gave creates nothing and is not taken over (SE-3)', limit, async (t) => {
    const { visitor } = await scene(t);
    const fixed = 'A'.repeat(43);
    const zoe = visitor();
    zoe.jar.set('cloche_session', fixed);
    assert.equal((await zoe.signIn()).status, 200);
    assert.notEqual(zoe.jar.get('cloche_session'), fixed);
    const attacker = visitor();
    attacker.jar.set('cloche_session', fixed);
    assert.deepEqual(await attacker.session(), { authenticated: false });
});

test('an API that is down is a 502, one that hangs a 504', limit, async (t) => {
    const { api, visitor } = await scene(t, { config: { timeouts: { upstream_answer: '500ms' } } });
    api.faults.add('login', { kind: 'hang' });
    assertProblem(await visitor().json('POST', '/api/auth/login', good), 504, 'upstream_timeout');
    await api.stop();
    assertProblem(await visitor().json('POST', '/api/auth/login', good), 502, 'upstream_unreachable');
});

test('the API hears of the person behind the sign-in (BF-13)', limit, async (t) => {
    const { api } = await signedInScene(t);
    const { headers } = api.last('login');
    assert.equal(headers['x-forwarded-for'], '127.0.0.1');
    assert.ok(headers['x-request-id']);
    assert.equal(headers.cookie, undefined);
});

test('sign-in by the form', limit, async (t) => {
    const { visitor } = await scene(t);

    await t.test('leads on to the start, or back to where one came from', async () => {
        for (const [next, location] of [[undefined, '/'], ['/account?tab=1', '/account?tab=1'], ['', '/']]) {
            const zoe = visitor();
            const answer = await zoe.form('/auth/login', next === undefined ? good : { ...good, next });
            assert.equal(answer.status, 303, answer.describe());
            assert.equal(answer.headers.location, location);
            assert.match(answer.headers['cache-control'], /no-store/);
            assert.equal((await zoe.session()).authenticated, true);
        }
    });

    const elsewhere = [
        'https://evil.example/',
        '//evil.example/',
        '/\\evil.example/',
        '\\\\evil.example',
        '/%5Cevil.example',
        '/%2F/evil.example',
        '/a\nb',
        '/%0d%0aSet-Cookie:x=1',
        'javascript:alert(1)',
        'account',
        ' /account',
        '/api/auth/logout',
        '/auth/login',
    ];
    for (const next of elsewhere) {
        await t.test(`next=${JSON.stringify(next)} leads to the start (RD-1, RD-2)`, async () => {
            const answer = await visitor().form('/auth/login', { ...good, next });
            assert.equal(answer.status, 303);
            assert.equal(answer.headers.location, '/');
        });
    }

    await t.test('shows the page again on failure: address kept, password never', async () => {
        const answer = await visitor().form('/auth/login', { email: person.email, password: 'wrong-but-secret', next: '/account' });
        assert.equal(answer.status, 401);
        assert.match(answer.headers['content-type'], /^text\/html/);
        assert.match(answer.text, /Wrong e-mail or password/);
        assert.match(answer.text, /value="zoe@example\.org"/);
        assert.match(answer.text, /name="next" value="\/account"/);
        assert.ok(!answer.text.includes('wrong-but-secret'));
        assert.deepEqual(answer.setCookies, []);
    });

    await t.test('shows complaints at their fields', async () => {
        const answer = await visitor().form('/auth/login', { email: 'zoe', password: '' });
        assert.equal(answer.status, 422);
        assert.match(answer.text, /id="email-error" role="alert">email must be an email</);
        assert.match(answer.text, /id="password-error" role="alert">password should not be empty</);
    });

    await t.test('renders what was typed as text only', async () => {
        const answer = await visitor().form('/auth/login', { email: '"><script>alert(1)</script>@', password: 'x' });
        assert.ok(!answer.text.includes('<script>alert(1)'));
        assert.match(answer.text, /&quot;&gt;&lt;script&gt;/);
    });

    await t.test('takes nothing but a form', async () => {
        const answer = await visitor().json('POST', '/auth/login', good);
        assert.equal(answer.status, 415, answer.describe());
    });
});

test('register and verify through the gateway', limit, async (t) => {
    const { api, visitor } = await scene(t);

    await t.test('register by JSON gives the answer of the API', async () => {
        const answer = await visitor().json('POST', '/api/auth/register', { fullName: 'Ann Lee', email: 'ann@example.org', password: 'long enough it is' });
        assert.equal(answer.status, 201, answer.describe());
        assert.equal(answer.json.message, 'Check your mail');
        const short = await visitor().json('POST', '/api/auth/register', { fullName: 'A', email: 'a', password: 'b' });
        assert.equal(short.status, 422);
        assert.deepEqual(short.json.message.map((complaint) => complaint.property), ['fullName', 'email', 'password']);
    });

    await t.test('register by form leads on, or shows complaints at their fields', async () => {
        const answer = await visitor().form('/auth/register', { fullName: 'Bob Ray', email: 'bob@example.org', password: 'long enough it is' });
        assert.equal(answer.status, 303, answer.describe());
        assert.equal(api.registered.at(-1).fullName, 'Bob Ray');
        const short = await visitor().form('/auth/register', { fullName: 'B', email: 'bob@example.org', password: 'long-secret-value' });
        assert.equal(short.status, 422);
        assert.match(short.text, /id="fullName-error"/);
        assert.match(short.text, /value="bob@example\.org"/);
        assert.ok(!short.text.includes('long-secret-value'));
    });

    await t.test('opening the mailed link consumes nothing, pressing the button does (ID-10)', async () => {
        const zoe = visitor();
        const page = await zoe.visit('/auth/verify?token=good-token&email=zoe%40example.org');
        assert.equal(page.status, 200);
        assert.match(page.text, /name="token" value="good-token"/);
        assert.match(page.headers['referrer-policy'], /no-referrer/);
        assert.equal(api.requestsTo('verify').length, 0);
        const done = await zoe.form('/auth/verify', { token: 'good-token', email: 'zoe@example.org' });
        assert.equal(done.status, 200, done.describe());
        assert.deepEqual(api.verified.map(({ token, email }) => [token, email]), [['good-token', 'zoe@example.org']]);
    });

    await t.test('a browser without Fetch Metadata can press it too, though its page hides where it is', async () => {
        const done = await visitor().send('POST', '/auth/verify', {
            body: 'token=good-token&email=zoe%40example.org',
            headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'null', 'sec-fetch-site': undefined },
        });
        assert.equal(done.status, 200, done.describe());
    });

    await t.test('fields of a page of one\'s own reach the API', async () => {
        await visitor().form('/auth/login', { email: 'zoe@example.org', password: 'wrong', otp: '123456', next: '/x' });
        assert.deepEqual(api.last('login').body, { email: 'zoe@example.org', password: 'wrong', otp: '123456' });
    });

    await t.test('a link that is not good any more says so', async () => {
        const answer = await visitor().form('/auth/verify', { token: 'old', email: 'zoe@example.org' });
        assert.equal(answer.status, 400);
        assert.match(answer.text, /not valid any more/);
        const json = await visitor().json('POST', '/api/auth/verify', { token: 'old', email: 'zoe@example.org' });
        assert.equal(json.status, 400);
        assert.equal(json.json.message, 'This link is not valid any more');
    });

    await t.test('a token with signs of its own reaches the API whole', async () => {
        const token = 'good&admin=1#x +%';
        await visitor().json('POST', '/api/auth/verify', { token, email: 'zoe+a@example.org' });
        const { searchParams } = new URL(api.last('verify').url, 'http://x');
        assert.equal(searchParams.get('token'), token);
        assert.equal(searchParams.get('email'), 'zoe+a@example.org');
        assert.equal(searchParams.get('admin'), null);
    });

    await t.test('neither is reachable by GET through the JSON interface', async () => {
        for (const path of ['/api/auth/register', '/api/auth/verify?token=good-token&email=a']) {
            assert.equal((await visitor().get(path)).status, 405);
        }
    });
});
