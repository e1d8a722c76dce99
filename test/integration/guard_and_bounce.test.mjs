// Guarded pages for those who are not signed in: who is sent to the sign-in page, who gets a 401, and the detour that a
// link from another site takes under SameSite=Strict (SE-11).
import assert from 'node:assert/strict';
import test from 'node:test';

import { atEnd } from '../support/cleanup.mjs';
import { LoopbackServer } from '../support/loopback_server.mjs';
import { assertProblem, scene } from '../support/scene.mjs';

const limit = { timeout: 60_000 };

/** An app that says which page was asked of it, behind a gateway that guards some of them. */
async function guardedApp(t, config = {}, guard = ['/', '/account/*']) {
    const asked = [];
    const app = await new LoopbackServer((request, response) => {
        asked.push(request.url);
        response.writeHead(200, { 'content-type': 'text/html' });
        response.end(`<h1>secret page ${request.url.replace(/[<&]/g, '')}</h1>`);
    }).open();
    atEnd(t, () => app.close());
    const all = await scene(t, { config: { frontend: { upstream: app.url, guard, static: ['/_next/static/*'] }, ...config } });
    return { ...all, asked };
}

test('a page load goes to the sign-in page and remembers where it was going', limit, async (t) => {
    const { visitor, asked } = await guardedApp(t);
    for (const [path, next] of [['/', '%2F'], ['/account/orders?tab=1&x=a%20b', '%2Faccount%2Forders%3Ftab%3D1%26x%3Da%2520b']]) {
        const answer = await visitor().visit(path);
        assert.equal(answer.status, 303, answer.describe());
        assert.equal(answer.headers.location, `/auth/login?next=${next}`);
        assert.match(answer.headers['cache-control'], /no-store/);
        assert.ok(!answer.text.includes('secret'));
    }
    assert.deepEqual(asked, []);
});

test('and comes back there after signing in', limit, async (t) => {
    const { visitor } = await guardedApp(t);
    const zoe = visitor();
    const refused = await zoe.visit('/account/orders?tab=1');
    const page = await zoe.visit(refused.headers.location);
    const next = /name="next" value="([^"]+)"/.exec(page.text)[1].replaceAll('&amp;', '&');
    const answer = await zoe.form('/auth/login', { email: 'zoe@example.org', password: 'correct horse battery', next });
    assert.equal(answer.headers.location, '/account/orders?tab=1');
    assert.match((await zoe.visit(answer.headers.location)).text, /secret page \/account\/orders\?tab=1/);
});

test('who gets a 401 rather than a page (BF-9)', limit, async (t) => {
    const { visitor, asked } = await guardedApp(t);
    const rows = [
        ['a fetch of our own page', 'GET', { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty', accept: 'text/html' }],
        ['an image', 'GET', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }],
        ['no Fetch Metadata, JSON wanted', 'GET', { 'sec-fetch-site': undefined, 'sec-fetch-mode': undefined, accept: 'application/json' }],
        ['no Fetch Metadata, anything wanted', 'GET', { 'sec-fetch-site': undefined, 'sec-fetch-mode': undefined, accept: '*/*' }],
        ['a POST by script', 'POST', { 'sec-fetch-mode': 'cors' }],
    ];
    for (const [what, method, headers] of rows) {
        await t.test(what, async () => {
            assertProblem(await visitor().send(method, '/account/x', { headers }), 401, 'unauthenticated');
        });
    }
    assert.deepEqual(asked, []);
});

test('pages that are not guarded are shown to everybody', limit, async (t) => {
    const { visitor } = await guardedApp(t);
    for (const path of ['/open', '/accounts/x', '/_next/static/a.js', '/_next/static/chunks/b.js']) {
        const answer = await visitor().visit(path);
        assert.equal(answer.status, 200, `${path}: ${answer.describe()}`);
    }
});

test('a guard cannot be gone around by another spelling', limit, async (t) => {
    const { visitor, asked } = await guardedApp(t);
    for (const path of ['/ACCOUNT/x', '/account', '/account/a/b', '/account/', '//', '/./', '/x/..', '/account/./x', '/account//x', '/open/../account/x', '/%61ccount/x', '/account%2Fx', '/account\\x', '/account/%2e%2e/account/x']) {
        const answer = await visitor().visit(path);
        assert.notEqual(answer.status, 200, `${path}: ${answer.describe()}`);
        assert.ok(!answer.text.includes('secret'));
    }
    assert.deepEqual(asked, []);
});

test('no header opens the guard (defect 39, FW-3)', limit, async (t) => {
    const { visitor, asked } = await guardedApp(t);
    const headers = [
        { 'x-middleware-subrequest': 'middleware:middleware:middleware' },
        { 'x-original-url': '/open' },
        { 'x-rewrite-url': '/open' },
        { 'x-forwarded-uri': '/open' },
        { 'x-http-method-override': 'OPTIONS' },
        { 'user-agent': 'kube-probe/1.27' },
        { authorization: 'Bearer anything' },
        { 'x-forwarded-user': 'zoe' },
    ];
    for (const each of headers) {
        const answer = await visitor().visit('/account/x', { headers: each });
        assert.equal(answer.status, 303, JSON.stringify(each));
    }
    assert.deepEqual(asked, []);
});

test('a link from another site is bounced once (SE-11)', limit, async (t) => {
    const { visitor, asked } = await guardedApp(t);
    const zoe = visitor();

    await t.test('without the cookie it first comes back to the same path from our own site', async () => {
        const answer = await zoe.visit('/account/x?a=1&b=%22', { headers: { 'sec-fetch-site': 'cross-site' } });
        assert.equal(answer.status, 200, answer.describe());
        assert.match(answer.headers['cache-control'], /no-store/);
        assert.match(answer.text, /<meta http-equiv="refresh" content="0;url=\/account\/x\?a=1&amp;b=%22">/);
        assert.match(answer.text, /<a href="\/account\/x\?a=1&amp;b=%22">/);
        assert.ok(!answer.text.includes('secret'));
        assert.ok(!answer.text.includes('<script'));
        assert.deepEqual(answer.setCookies, []);
    });

    await t.test('from our own site, still without a session, it is sent to sign in: no loop', async () => {
        const answer = await zoe.visit('/account/x', { headers: { 'sec-fetch-site': 'same-origin' } });
        assert.equal(answer.status, 303, answer.describe());
        assert.match(answer.headers.location, /^\/auth\/login/);
    });

    await t.test('without Fetch Metadata a mark in the query tells the second time', async () => {
        const headers = { 'sec-fetch-site': undefined, 'sec-fetch-mode': undefined, 'sec-fetch-dest': undefined, 'sec-fetch-user': undefined };
        const first = await zoe.visit('/account/x?a=1', { headers });
        assert.equal(first.status, 200, first.describe());
        const target = /content="0;url=([^"]+)"/.exec(first.text)[1].replaceAll('&amp;', '&');
        assert.ok(target.startsWith('/account/x?a=1'), target);
        assert.notEqual(target, '/account/x?a=1');
        const second = await zoe.visit(target, { headers });
        assert.equal(second.status, 303, second.describe());
        assert.equal(second.headers.location, '/auth/login?next=%2Faccount%2Fx%3Fa%3D1');
    });

    await t.test('somebody whose cookie did come is not bounced', async () => {
        const signedIn = visitor();
        await signedIn.signIn();
        const answer = await signedIn.visit('/account/x', { headers: { 'sec-fetch-site': 'cross-site' } });
        assert.equal(answer.status, 200);
        assert.match(answer.text, /secret page/);
    });
    assert.equal(asked.length, 1);
});

test('the built-in account page is guarded in the same way', limit, async (t) => {
    const { visitor } = await scene(t);
    const bounced = await visitor().visit('/auth/account', { headers: { 'sec-fetch-site': 'cross-site' } });
    assert.equal(bounced.status, 200);
    assert.match(bounced.text, /http-equiv="refresh"/);
    assert.equal((await visitor().visit('/auth/account')).status, 303);
    assertProblem(await visitor().get('/auth/account'), 401, 'unauthenticated');
});

test('a dead session at a page load leads to the sign-in page, whose form is there (defects 13, 18)', limit, async (t) => {
    const { api, visitor } = await guardedApp(t, {});
    const zoe = visitor();
    await zoe.signIn();
    const dead = zoe.twin();
    await zoe.signOut();
    const answer = await dead.visit('/account/x');
    assert.equal(answer.status, 303, answer.describe());
    const page = await dead.visit(answer.headers.location);
    assert.equal(page.status, 200);
    assert.match(page.text, /<form method="post" action="\/auth\/login">/);
    assert.equal((await dead.signIn()).status, 200);
    assert.match((await dead.visit('/account/x')).text, /secret page/);
    assert.ok(api);
});

test('the sign-in page may be one of the front end, and is never guarded', limit, async (t) => {
    const { visitor } = await guardedApp(t, { sign_in_page: '/welcome' }, ['/**']);
    const zoe = visitor();
    assert.equal((await zoe.visit('/account/x')).headers.location, '/welcome?next=%2Faccount%2Fx');
    assert.equal((await zoe.visit('/welcome?next=%2Faccount%2Fx')).status, 200);
    assert.equal((await zoe.visit('/welcome/else')).status, 303);

    // Its form is the built-in one's. A refusal is shown there, since it has the API's words.
    const refused = await zoe.form('/auth/login', { email: 'zoe@example.org', password: 'wrong', next: '/account/x' });
    assert.equal(refused.status, 401);
    assert.match(refused.text, /Wrong e-mail or password/);
    const signedIn = await zoe.form('/auth/login', { email: 'zoe@example.org', password: 'correct horse battery', next: '/account/x' });
    assert.equal(signedIn.headers.location, '/account/x');
    assert.equal((await zoe.form('/auth/logout', {})).headers.location, '/welcome?notice=signed-out');
});
