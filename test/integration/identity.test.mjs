// The identity API: the calls of the example played again, and what it does beyond them (contract, section 4).
import assert from 'node:assert/strict';
import test from 'node:test';

import * as jose from 'jose';

import { mailTo, mails, startIdentity } from '../support/cloche.mjs';
import { parseSetCookie } from '../support/cookie_jar.mjs';
import { exchange } from '../support/http_client.mjs';
import { eventually, sleep, tally } from '../support/scene.mjs';
import { TrafficLog } from '../support/traffic_log.mjs';

const limit = { timeout: 120_000 };
const secret = 'six quiet herons at dawn';

class Client {
    constructor(server) {
        this.server = server;
    }

    send(method, path, { value, headers = {}, ...rest } = {}) {
        return exchange(this.server.url + path, {
            method,
            body: value === undefined ? undefined : JSON.stringify(value),
            headers: { ...(value === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
            ...rest,
        });
    }

    register(email, password = secret, fullName = 'Zoe Hill') {
        return this.send('POST', '/auth/register', { value: { fullName, email, password } });
    }

    async verified(email, password = secret, fullName = 'Zoe Hill') {
        const before = mails(this.server).filter((mail) => mail.to?.includes(email)).length;
        const answer = await this.register(email, password, fullName);
        assert.equal(answer.status, 201, answer.describe());
        const { link } = await mailTo(this.server, email, before + 1);
        const token = new URL(link).searchParams.get('token');
        const done = await this.send('POST', '/auth/verify', { value: { token, email } });
        assert.equal(done.status, 200, done.describe());
    }

    login(email, password = secret) {
        return this.send('POST', '/auth/login', { value: { email, password } });
    }

    refresh(cookie, method = 'GET') {
        return this.send(method, '/auth/refresh-token', { headers: { cookie } });
    }

    me(token) {
        return this.send('GET', '/auth/me', { headers: { authorization: `Bearer ${token}` } });
    }
}

const cookieOf = (answer) => answer.setCookies[0].split(';')[0];
const accessOf = (answer) => answer.json.data.accessToken;

test('the calls of the example, one after the other', limit, async (t) => {
    const log = new TrafficLog();
    const server = await startIdentity(t, { public_url: 'http://localhost:3000' }, { log });
    const client = new Client(server);
    const email = 'zoe@example.org';

    await t.test('register', async () => {
        const answer = await client.register(email);
        assert.equal(answer.status, 201, answer.describe());
        assert.equal(typeof answer.json.message, 'string');
        assert.ok('data' in answer.json);
        assert.deepEqual(answer.setCookies, []);
    });

    await t.test('no sign-in before the address is verified (ID-12)', async () => {
        const answer = await client.login(email);
        assert.equal(answer.status, 401);
        assert.deepEqual(answer.setCookies, []);
    });

    await t.test('the mail holds a link to the public address (ID-11)', async () => {
        const mail = await mailTo(server, email);
        const link = new URL(mail.link);
        assert.equal(link.origin + link.pathname, 'http://localhost:3000/auth/verify');
        assert.equal(link.searchParams.get('email'), email);
        assert.ok(link.searchParams.get('token').length >= 22);
    });

    await t.test('verify, once (ID-9)', async () => {
        const token = new URL((await mailTo(server, email)).link).searchParams.get('token');
        const query = new URLSearchParams({ token, email });
        const answer = await client.send('GET', `/auth/verify?${query}`);
        assert.equal(answer.status, 200, answer.describe());
        assert.equal(typeof answer.json.message, 'string');
        const again = await client.send('GET', `/auth/verify?${query}`);
        const wrong = await client.send('GET', `/auth/verify?token=${'A'.repeat(43)}&email=${email}`);
        assert.equal(again.status, 400);
        assert.equal(wrong.status, 400);
        assert.deepEqual(again.json, wrong.json);
    });

    let signedIn;
    await t.test('login', async () => {
        signedIn = await client.login(email);
        assert.equal(signedIn.status, 200, signedIn.describe());
        assert.equal(signedIn.json.message, 'Login successful');
        assert.equal(signedIn.json.data.expiresIn, 300);
        assert.deepEqual(Object.keys(signedIn.json.data).sort(), ['accessToken', 'expiresIn']);
        const { name, attributes, line } = parseSetCookie(signedIn.setCookies[0]);
        assert.equal(name, 'refreshToken');
        assert.equal(attributes.get('path'), '/', line);
        assert.equal(attributes.get('samesite'), 'Lax', line);
        assert.ok(attributes.has('httponly') && attributes.has('expires') && attributes.has('max-age'), line);
        assert.match(signedIn.headers['cache-control'], /no-store/);
    });

    await t.test('me', async () => {
        const answer = await client.me(accessOf(signedIn));
        assert.equal(answer.status, 200);
        assert.deepEqual(Object.keys(answer.json.data).sort(), ['createdAt', 'email', 'fullName', 'id', 'role']);
        assert.equal(answer.json.data.email, email);
        assert.equal(answer.json.data.fullName, 'Zoe Hill');
    });

    let refreshed;
    await t.test('refresh', async () => {
        refreshed = await client.refresh(cookieOf(signedIn));
        assert.equal(refreshed.status, 200, refreshed.describe());
        assert.notEqual(cookieOf(refreshed), cookieOf(signedIn));
        assert.equal((await client.me(accessOf(refreshed))).status, 200);
    });

    await t.test('logout', async () => {
        const answer = await client.send('DELETE', '/auth/logout', { headers: { cookie: cookieOf(refreshed) } });
        assert.equal(answer.status, 200, answer.describe());
        assert.equal(typeof answer.json.data.message, 'string');
        assert.match(answer.setCookies[0], /^refreshToken=;.*Max-Age=0/);
        assert.equal((await client.refresh(cookieOf(refreshed))).status, 401);
        const nobody = await client.send('DELETE', '/auth/logout');
        assert.equal(nobody.status, 200);
    });

    await t.test('none of it is in the log (LG-1)', async () => {
        const token = new URL((await mailTo(server, email)).link).searchParams.get('token');
        log.assertNoTokens([accessOf(signedIn), accessOf(refreshed), cookieOf(signedIn).slice(13), cookieOf(refreshed).slice(13), secret, token]);
    });
});

test('access tokens are what a resource server can check by the published keys (TK-7)', limit, async (t) => {
    const server = await startIdentity(t, { issuer: 'http://127.0.0.1:8000' });
    const client = new Client(server);
    await client.verified('zoe@example.org');
    const token = accessOf(await client.login('zoe@example.org'));
    const jwks = await client.send('GET', '/.well-known/jwks.json');
    assert.equal(jwks.status, 200);
    for (const key of jwks.json.keys) {
        assert.equal(key.kty, 'EC');
        assert.equal(key.d, undefined, 'a private key is published');
    }
    const { payload, protectedHeader } = await jose.jwtVerify(token, jose.createLocalJWKSet(jwks.json), { issuer: 'http://127.0.0.1:8000', algorithms: ['ES256'], typ: 'at+jwt' });
    assert.ok(protectedHeader.kid);
    for (const claim of ['sub', 'aud', 'jti', 'sid', 'role']) assert.ok(payload[claim], claim);
    assert.equal(payload.exp - payload.iat, 300);
    assert.ok(!JSON.stringify(payload).includes('zoe'), 'personal data in a token (TK-9)');
});

test('forged tokens are refused (TK-1 to TK-5)', limit, async (t) => {
    const server = await startIdentity(t);
    const client = new Client(server);
    await client.verified('zoe@example.org');
    const token = accessOf(await client.login('zoe@example.org'));
    const [head, payload, signature] = token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url'));
    const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const { publicKey, privateKey } = await jose.generateKeyPair('ES256');
    const jwks = (await client.send('GET', '/.well-known/jwks.json')).json;
    const sign = (header, body = claims) => new jose.SignJWT(body).setProtectedHeader(header).sign(privateKey);
    const kid = jwks.keys[0].kid;
    const forged = {
        'no signature': `${encode({ alg: 'none', typ: 'at+jwt' })}.${payload}.`,
        'None in other letters': `${encode({ alg: 'nOnE', typ: 'at+jwt' })}.${payload}.`,
        'another key': await sign({ alg: 'ES256', typ: 'at+jwt', kid }),
        'a key brought along': await sign({ alg: 'ES256', typ: 'at+jwt', jwk: await jose.exportJWK(publicKey) }),
        'the public key as a secret': await new jose.SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid }).sign(Buffer.from(JSON.stringify(jwks.keys[0]))),
        'other claims': `${head}.${encode({ ...claims, role: 'admin' })}.${signature}`,
        'no payload': `${head}..${signature}`,
        'four parts': `${token}.x`,
        'padding': `${token}=`,
        'nothing': '',
    };
    for (const [what, value] of Object.entries(forged)) {
        const answer = await client.me(value);
        assert.ok([400, 401].includes(answer.status), `${what}: ${answer.describe()}`);
        if (answer.status === 401) assert.match(answer.headers['www-authenticate'] ?? '', /^Bearer/, what);
    }
    assert.equal((await client.me(token)).status, 200);
    // TK-10: nowhere but in Authorization.
    assert.equal((await client.send('GET', `/auth/me?access_token=${token}`)).status, 401);
    assert.equal((await client.send('GET', '/auth/me', { headers: { cookie: `accessToken=${token}` } })).status, 401);
    await assert.rejects(jose.jwtVerify(forged['another key'], jose.createLocalJWKSet(jwks)));
});

test('100 parallel refreshes of one token give one successor (RA-2, RA-3)', limit, async (t) => {
    const server = await startIdentity(t, { threads: 3 });
    const client = new Client(server);
    await client.verified('zoe@example.org');
    const cookie = cookieOf(await client.login('zoe@example.org'));
    const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => client.refresh(cookie, i % 2 ? 'POST' : 'GET')));
    assert.deepEqual(tally(answers.map((answer) => answer.status)), { 200: 100 });
    assert.equal(new Set(answers.map(cookieOf)).size, 1);
    const next = await client.refresh(cookieOf(answers[0]));
    assert.equal(next.status, 200);
    for (const answer of answers.slice(0, 3)) assert.equal((await client.me(accessOf(answer))).status, 200);
});

test('a token used again after the grace, or an older one, ends the family (RA-4)', limit, async (t) => {
    const server = await startIdentity(t, { refresh_token: { grace: '1s' } });
    const client = new Client(server);
    await client.verified('zoe@example.org');

    await t.test('the direct predecessor after the grace', async () => {
        const first = cookieOf(await client.login('zoe@example.org'));
        const second = cookieOf(await client.refresh(first));
        assert.equal(cookieOf(await client.refresh(first)), second);
        await sleep(1_300);
        assert.equal((await client.refresh(first)).status, 401);
        assert.equal((await client.refresh(second)).status, 401);
    });

    await t.test('an older one at once', async () => {
        const first = cookieOf(await client.login('zoe@example.org'));
        const second = cookieOf(await client.refresh(first));
        const third = cookieOf(await client.refresh(second));
        assert.equal((await client.refresh(first)).status, 401);
        assert.equal((await client.refresh(third)).status, 401);
    });

    await t.test('other families of the same person live on', async () => {
        const mine = cookieOf(await client.login('zoe@example.org'));
        const other = cookieOf(await client.login('zoe@example.org'));
        const second = cookieOf(await client.refresh(mine));
        await client.refresh(second);
        assert.equal((await client.refresh(mine)).status, 401);
        assert.equal((await client.refresh(other)).status, 200);
    });
});

test('no grace: the loser of a race ends the family', limit, async (t) => {
    const server = await startIdentity(t, { refresh_token: { grace: '0s' } });
    const client = new Client(server);
    await client.verified('zoe@example.org');
    const first = cookieOf(await client.login('zoe@example.org'));
    const second = cookieOf(await client.refresh(first));
    assert.equal((await client.refresh(first)).status, 401);
    assert.equal((await client.refresh(second)).status, 401);
});

test('families end when they are old or idle (RA-5)', limit, async (t) => {
    const server = await startIdentity(t, { refresh_token: { absolute: '4s', idle: '2s', grace: '0s' }, access_token: { lifetime: '1s' } });
    const client = new Client(server);
    await client.verified('zoe@example.org');

    await t.test('idle', async () => {
        const idle = cookieOf(await client.login('zoe@example.org'));
        await sleep(2_400);
        assert.equal((await client.refresh(idle)).status, 401);
    });

    await t.test('old, however often it was used', async () => {
        let cookie = cookieOf(await client.login('zoe@example.org'));
        const began = Date.now();
        let refreshes = 0;
        await eventually('the end', async () => {
            await sleep(500);
            const answer = await client.refresh(cookie);
            if (answer.status !== 200) return true;
            refreshes += 1;
            cookie = cookieOf(answer);
            return false;
        }, 8_000);
        assert.ok(Date.now() - began >= 3_000 && refreshes >= 4, `${refreshes} refreshes`);
    });
});

test('what is wrong with a registration is said at its field', limit, async (t) => {
    const server = await startIdentity(t);
    const client = new Client(server);
    const complaints = async (value) => {
        const answer = await client.send('POST', '/auth/register', { value });
        assert.equal(answer.status, 422, answer.describe());
        assert.equal(typeof answer.json.error, 'string');
        for (const { property, message } of answer.json.message) assert.ok(property && message, answer.text);
        return answer.json.message.map(({ property }) => property);
    };
    assert.deepEqual((await complaints({ fullName: 'Z', email: 'zoe', password: 'short' })).sort(), ['email', 'fullName', 'password']);
    assert.deepEqual(await complaints({ fullName: 'Zoe Hill', email: 'a@b@c.example', password: secret }), ['email']);
    assert.deepEqual(await complaints({ fullName: 'Zoe Hill', email: 'zoe@example.org', password: 'fourteen chars' }), ['password']);
    assert.deepEqual(await complaints({ fullName: 'Zoe Hill', email: 'zoe@example.org', password: 'passwordpassword' }), ['password']);
    assert.deepEqual(await complaints({ fullName: 'Zoe Hill', email: 'zoe@example.org', password: 'x'.repeat(5_000) }), ['password']);
    // ID-15: nobody makes themselves an administrator.
    const bold = await client.send('POST', '/auth/register', { value: { fullName: 'Zoe Hill', email: 'zoe@example.org', password: secret, role: 'admin' } });
    assert.ok([400, 422].includes(bold.status), bold.describe());
    // ID-4, D7: length in characters, any characters, exact bytes.
    assert.equal((await client.register('uni@example.org', 'äöü ßéè ñåø 漢字かな')).status, 201);
});

test('nobody learns who has an account (EN-1, EN-3)', limit, async (t) => {
    const server = await startIdentity(t);
    const client = new Client(server);
    await client.verified('known@example.org');
    await client.register('unverified@example.org');

    const answers = [];
    for (const [email, password] of [['unknown@example.org', secret], ['known@example.org', 'wrong password, indeed'], ['unverified@example.org', secret]]) {
        answers.push(await client.login(email, password));
    }
    const shape = ({ status, text, rawHeaders }) => ({ status, text, names: rawHeaders.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase()) });
    const without = (answer) => JSON.stringify(shape(answer)).replace(/[0-9a-f-]{16,}/g, 'ID');
    for (const answer of answers) {
        assert.equal(answer.status, 401);
        assert.equal(without(answer), without(answers[0]));
    }

    const again = await client.register('known@example.org', 'another good long one', 'Mallory Evil');
    const fresh = await client.register('fresh@example.org', 'another good long one', 'Mallory Evil');
    assert.equal(again.status, 201);
    assert.equal(without(again).replace('known@', 'EMAIL@'), without(fresh).replace('fresh@', 'EMAIL@'));
    assert.equal((await client.login('known@example.org')).status, 200, 'a second registration changed the account');

    for (const email of ['known@example.org', 'nobody@example.org', 'unverified@example.org']) {
        const answer = await client.send('POST', '/auth/resend-verification', { value: { email } });
        assert.equal(answer.status, 202, `${email}: ${answer.describe()}`);
    }
});

test('registering first does not take an address over', limit, async (t) => {
    const server = await startIdentity(t);
    const client = new Client(server);
    const email = 'victim@example.org';
    await client.register(email, 'the attacker knows this');
    const first = new URL((await mailTo(server, email)).link).searchParams.get('token');
    await client.register(email, 'only the owner knows it', 'The Owner');
    const second = new URL((await mailTo(server, email, 2)).link).searchParams.get('token');
    assert.notEqual(first, second);
    assert.equal((await client.send('POST', '/auth/verify', { value: { token: first, email } })).status, 400);
    assert.equal((await client.send('POST', '/auth/verify', { value: { token: second, email } })).status, 200);
    assert.equal((await client.login(email, 'the attacker knows this')).status, 401);
    assert.equal((await client.login(email, 'only the owner knows it')).status, 200);
});

test('guessing is slowed down by account, without locking the owner out for good (EN-4, EN-5)', limit, async (t) => {
    const server = await startIdentity(t);
    const client = new Client(server);
    await client.verified('zoe@example.org');
    const statuses = [];
    let retryAfter;
    for (let i = 0; i < 60 && !statuses.includes(429); ++i) {
        const answer = await client.login('zoe@example.org', `a wrong password number ${i}`);
        statuses.push(answer.status);
        if (answer.status === 429) retryAfter = answer.headers['retry-after'];
    }
    assert.deepEqual(Object.keys(tally(statuses)), ['401', '429'], JSON.stringify(tally(statuses)));
    assert.ok(Number(retryAfter) >= 1);
});

test('CORS is for the listed origins alone (CS-5)', limit, async (t) => {
    const server = await startIdentity(t, { cors: ['https://app.example'] });
    const client = new Client(server);
    const ask = (origin) => client.send('OPTIONS', '/auth/login', { headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' } });
    const good = await ask('https://app.example');
    assert.equal(good.headers['access-control-allow-origin'], 'https://app.example', good.describe());
    assert.equal(good.headers['access-control-allow-credentials'], 'true');
    assert.match(good.headers['access-control-allow-methods'], /POST/);
    assert.match(good.headers['access-control-allow-headers'], /content-type/i);
    assert.match(good.headers.vary, /origin/i);
    for (const origin of ['https://evil.example', 'null', 'https://app.example.evil.example', 'http://app.example', 'https://app.example:444', 'https://xapp.example']) {
        const answer = await ask(origin);
        assert.equal(answer.headers['access-control-allow-origin'], undefined, origin);
    }
    const off = new Client(await startIdentity(t));
    const answer = await off.send('OPTIONS', '/auth/login', { headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' } });
    assert.equal(answer.headers['access-control-allow-origin'], undefined);
});

test('wrong requests have clear answers', limit, async (t) => {
    const server = await startIdentity(t);
    const client = new Client(server);
    const rows = [
        ['no JSON', 'POST', '/auth/login', { body: '{', headers: { 'content-type': 'application/json' } }, [400]],
        ['text/plain', 'POST', '/auth/login', { body: '{}', headers: { 'content-type': 'text/plain' } }, [415]],
        ['no fields', 'POST', '/auth/login', { value: {} }, [400, 401, 422]],
        ['an unknown path', 'GET', '/auth/nothing', {}, [404]],
        ['a wrong method', 'GET', '/auth/login', {}, [405]],
        ['no refresh cookie', 'GET', '/auth/refresh-token', {}, [401]],
        ['a made-up refresh cookie', 'GET', '/auth/refresh-token', { headers: { cookie: `refreshToken=${'A'.repeat(43)}` } }, [401]],
        ['me without a token', 'GET', '/auth/me', {}, [401]],
        ['a body beyond all limits', 'POST', '/auth/login', { body: 'x'.repeat(2_000_000), headers: { 'content-type': 'application/json' } }, [413]],
    ];
    for (const [what, method, path, options, statuses] of rows) {
        const answer = await client.send(method, path, options).catch((error) => ({ status: 0, describe: () => String(error) }));
        if (what === 'a body beyond all limits' && answer.status === 0) continue; // closed while it was still sent
        assert.ok(statuses.includes(answer.status), `${what}: ${answer.describe()}`);
        assert.equal(answer.setCookies.length, 0, what);
    }
});

test('accounts and families survive a crash', limit, async (t) => {
    const server = await startIdentity(t);
    const client = new Client(server);
    await client.verified('zoe@example.org');
    const first = await client.login('zoe@example.org');
    await server.restart('kill');
    assert.equal((await client.me(accessOf(first))).status, 200, 'the signing key changed');
    const second = await client.refresh(cookieOf(first));
    assert.equal(second.status, 200);
    await server.restart('kill');
    assert.equal((await client.refresh(cookieOf(second))).status, 200);
});

test('the hash pool is bounded: many sign-ins at once are served or shed, never lost (ID-3)', limit, async (t) => {
    const server = await startIdentity(t);
    const client = new Client(server);
    await client.verified('zoe@example.org');
    const answers = await Promise.all(Array.from({ length: 150 }, (_, i) => client.login(`nobody${i}@example.org`)));
    const seen = tally(answers.map((answer) => answer.status));
    for (const status of Object.keys(seen)) assert.ok(['401', '429', '503'].includes(status), JSON.stringify(seen));
    for (const answer of answers.filter(({ status }) => status !== 401)) assert.ok(answer.headers['retry-after'], answer.describe());
    assert.ok(server.program.residentKiB < 400_000, `${server.program.residentKiB} KiB`);
});
