// The external API of the example, strict and scriptable: access token in the JSON of login and refresh, refresh token
// in a cookie, rotated on every use, the whole family revoked when one is used twice outside the grace. Below the auth
// endpoints are some that say exactly what reached them, and some that answer in unusual ways.
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { answerUnder, Faults } from './faults.mjs';
import { LoopbackServer, readBody } from './loopback_server.mjs';
import { makeJwt, randomToken } from './tokens.mjs';

const jsonReply = (status, value, headers = {}) => ({
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(value),
});

export const person = { id: 7, fullName: 'Zoe Hill', email: 'zoe@example.org', role: 'user' };
export const password = 'correct horse battery';

export class MockApi {
    /** Lives in seconds, grace in milliseconds. `base`: a path all endpoints are under. */
    constructor({ accessLife = 300, refreshLife = 3600, grace = 0, base = '', refreshCookie = 'refreshToken' } = {}) {
        Object.assign(this, { accessLife, refreshLife, grace, base, refreshCookie });
        this.faults = new Faults();
        /** What reached it: { method, url, rawHeaders, headers, endpoint, body }, in order. */
        this.requests = [];
        /** Refreshes that are being answered: now, and at most so far. */
        this.refreshing = { now: 0, most: 0 };
        this.counts = { login: 0, refresh: 0, graceReplay: 0, doubleSpend: 0, refusedRefresh: 0, logout: 0, me: 0, aborted: 0 };
        /** Every token it ever issued. */
        this.tokens = new Set();
        this.verified = [];
        this.registered = [];
        this.extraSetCookies = [];
        this.people = new Map([[person.email, { ...person, password }]]);
        this.refuseAllRefreshes = false;
        this.#server = new LoopbackServer((request, response) => this.#handle(request, response), {
            onUpgrade: (request, socket, head) => (this.onUpgrade ? this.onUpgrade(request, socket, head) : socket.destroy()),
        });
    }

    #server;
    #families = new Map();
    #byRefreshToken = new Map();
    #accessTokens = new Map();

    async start(port) {
        await this.#server.open(port);
        return this;
    }

    get url() {
        return this.#server.url + this.base;
    }

    get port() {
        return this.#server.port;
    }

    get failures() {
        return this.#server.failures;
    }

    get connections() {
        return this.#server.connections;
    }

    /** Down: connections are refused until `start()`. */
    stop() {
        return this.#server.close();
    }

    requestsTo(endpoint) {
        return this.requests.filter((request) => request.endpoint === endpoint);
    }

    last(endpoint) {
        return this.requestsTo(endpoint).at(-1);
    }

    get liveFamilies() {
        return [...this.#families.values()].filter((family) => !family.revoked).length;
    }

    familiesOf(email) {
        return [...this.#families.values()].filter((family) => family.person.email === email);
    }

    revokeAll() {
        for (const family of this.#families.values()) family.revoked = true;
    }

    /** From now on these access tokens are refused, though they have not expired. */
    forgetAccessTokens() {
        this.#accessTokens.clear();
    }

    #issueAccess(family) {
        const now = Math.floor(Date.now() / 1000);
        const token = makeJwt({ sub: String(family.person.id), sid: family.id, iat: now, exp: now + this.accessLife, role: family.person.role });
        this.tokens.add(token);
        // To the millisecond: `exp` is cut to whole seconds, which matters for lives as short as those of the tests.
        this.#accessTokens.set(token, { family, until: Date.now() + this.accessLife * 1000 });
        return token;
    }

    #issueRefresh(family) {
        const token = randomToken();
        this.tokens.add(token);
        this.#byRefreshToken.set(token, family);
        return token;
    }

    #tokensReply(family, message) {
        const expires = new Date(Date.now() + this.refreshLife * 1000).toUTCString();
        const cookie = `${this.refreshCookie}=${family.current}; Max-Age=${this.refreshLife}; Path=/; Expires=${expires}; HttpOnly; SameSite=Lax`;
        return jsonReply(
            200,
            { message, data: { accessToken: this.#issueAccess(family), expiresIn: this.accessLife } },
            { 'set-cookie': [cookie, ...this.extraSetCookies] },
        );
    }

    async #login(request) {
        this.counts.login += 1;
        const fields = JSON.parse((await readBody(request)).toString() || 'null') ?? {};
        this.requests.at(-1).body = fields;
        if (typeof fields.email !== 'string' || !fields.email.includes('@')) {
            return jsonReply(422, {
                error: 'Unprocessable Entity',
                message: [
                    { property: 'email', message: 'email must be an email' },
                    ...(fields.password ? [] : [{ property: 'password', message: 'password should not be empty' }]),
                ],
            });
        }
        const found = this.people.get(fields.email);
        if (found === undefined || found.password !== fields.password) {
            return jsonReply(401, { error: 'Unauthorized', message: 'Wrong e-mail or password', statusCode: 401 });
        }
        const family = { id: randomToken(), person: found, revoked: false, predecessor: undefined, rotatedAt: 0 };
        family.current = this.#issueRefresh(family);
        this.#families.set(family.id, family);
        return this.#tokensReply(family, 'Login successful');
    }

    #cookie(request) {
        const pairs = (request.headers.cookie ?? '').split(/; */);
        const values = pairs.filter((pair) => pair.startsWith(`${this.refreshCookie}=`)).map((pair) => pair.slice(this.refreshCookie.length + 1));
        return values.length === 1 ? values[0] : undefined;
    }

    #refresh(request) {
        const unauthorized = () => {
            this.counts.refusedRefresh += 1;
            return jsonReply(401, { error: 'Unauthorized', message: 'Unauthorized' });
        };
        const token = this.#cookie(request);
        const family = this.#byRefreshToken.get(token);
        if (this.refuseAllRefreshes || family === undefined || family.revoked) return unauthorized();
        if (token === family.current) {
            this.counts.refresh += 1;
            family.predecessor = token;
            family.rotatedAt = Date.now();
            family.current = this.#issueRefresh(family);
            return this.#tokensReply(family, 'Token refreshed');
        }
        if (token === family.predecessor && Date.now() - family.rotatedAt < this.grace) {
            this.counts.graceReplay += 1;
            return this.#tokensReply(family, 'Token refreshed');
        }
        this.counts.doubleSpend += 1;
        family.revoked = true;
        return unauthorized();
    }

    #logout(request) {
        this.counts.logout += 1;
        const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
        const family = this.#byRefreshToken.get(this.#cookie(request)) ?? this.#accessTokens.get(bearer)?.family;
        if (family !== undefined) family.revoked = true;
        return jsonReply(
            200,
            { message: 'Success', data: { message: 'Logged out' } },
            { 'set-cookie': [`${this.refreshCookie}=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax`] },
        );
    }

    /** The family a good bearer token belongs to. */
    #bearer(request) {
        const token = /^Bearer ([^ ]+)$/.exec(request.headers.authorization ?? '')?.[1];
        const known = this.#accessTokens.get(token);
        return known !== undefined && !known.family.revoked && known.until > Date.now() ? known.family : undefined;
    }

    #me(request) {
        this.counts.me += 1;
        const family = this.#bearer(request);
        if (family === undefined) {
            return jsonReply(401, { error: 'Unauthorized', message: 'Unauthorized' }, { 'www-authenticate': 'Bearer error="invalid_token"' });
        }
        const { password: _, ...user } = family.person;
        return jsonReply(200, { message: 'ok', data: user });
    }

    async #register(request) {
        const fields = JSON.parse((await readBody(request)).toString());
        this.requests.at(-1).body = fields;
        const complaints = [];
        if ((fields.fullName ?? '').length < 3) complaints.push({ property: 'fullName', message: 'fullName must be at least 3 characters' });
        if (!(fields.email ?? '').includes('@')) complaints.push({ property: 'email', message: 'email must be an email' });
        if ((fields.password ?? '').length < 8) complaints.push({ property: 'password', message: 'password is too short' });
        if (complaints.length > 0) return jsonReply(422, { error: 'Unprocessable Entity', message: complaints });
        this.registered.push(fields);
        return jsonReply(201, { message: 'Check your mail', data: { message: 'Check your mail' } });
    }

    #verify(request) {
        const { searchParams } = new URL(request.url, 'http://x');
        const [token, email] = [searchParams.get('token'), searchParams.get('email')];
        if (token !== 'good-token') return jsonReply(400, { error: 'Bad Request', message: 'This link is not valid any more' });
        this.verified.push({ token, email, url: request.url });
        return jsonReply(200, { message: 'Verified' });
    }

    async #handle(request, response) {
        const at = new URL(request.url, 'http://x').pathname;
        if (!at.startsWith(this.base)) return response.writeHead(404).end();
        const path = at.slice(this.base.length);
        const endpoint = {
            '/auth/login': 'login',
            '/auth/refresh-token': 'refresh',
            '/auth/logout': 'logout',
            '/auth/me': 'me',
            '/auth/register': 'register',
            '/auth/verify': 'verify',
        }[path] ?? 'other';
        this.requests.push({
            method: request.method,
            url: request.url,
            rawHeaders: request.rawHeaders,
            headers: request.headers,
            endpoint,
            at: Date.now(),
        });
        request.on('aborted', () => (this.counts.aborted += 1));
        const expected = { login: ['POST'], refresh: ['GET'], logout: ['DELETE'], me: ['GET', 'HEAD'], register: ['POST'], verify: ['GET'] }[endpoint];
        if (expected !== undefined && !expected.includes(request.method)) return response.writeHead(405).end();
        const work = {
            login: () => this.#login(request),
            refresh: () => this.#refresh(request),
            logout: () => this.#logout(request),
            me: () => this.#me(request),
            register: () => this.#register(request),
            verify: () => this.#verify(request),
            other: () => this.#other(path, request, response),
        }[endpoint];
        const { refreshing } = this;
        if (endpoint === 'refresh') refreshing.most = Math.max(refreshing.most, ++refreshing.now);
        await answerUnder(this.faults.take(endpoint), request, response, work);
        if (endpoint === 'refresh') refreshing.now -= 1;
    }

    async #other(path, request, response) {
        const { searchParams } = new URL(request.url, 'http://x');
        const [, name, argument] = path.split('/');
        switch (name) {
            case 'echo':
                return this.#echo(request);
            case 'guarded': // 401 unless the bearer is good
                if (this.#bearer(request) === undefined) return jsonReply(401, { message: 'Unauthorized' }, { 'www-authenticate': 'Basic realm="api"' });
                return this.#echo(request);
            case 'status':
                return jsonReply(Number(argument), { status: Number(argument) }, { 'x-from-api': 'yes' });
            case 'created':
                return jsonReply(201, { id: 5 }, { location: '/items/5', etag: '"v1"', 'x-total-count': '1', 'content-language': 'en' });
            case 'empty':
                return { status: 204, headers: { 'x-from-api': 'yes' } };
            case 'not-modified':
                return { status: 304, headers: { etag: '"v1"' } };
            case 'cookies':
                return jsonReply(200, { message: 'ok' }, {
                    'set-cookie': ['theme=dark; Path=/', 'lang=en; Path=/; Expires=Wed, 21 Oct 2037 07:28:00 GMT', 'tracker=1; Domain=example.org; Path=/'],
                });
            case 'redirect':
                return { status: 302, headers: { location: searchParams.get('to') ?? '/echo/landed' } };
            case 'binary':
                return {
                    status: 200,
                    headers: { 'content-type': 'image/png', 'content-disposition': 'inline' },
                    body: Buffer.from(Array.from({ length: 1024 }, (_, i) => i % 256)),
                };
            case 'cache':
                return jsonReply(200, { message: 'ok' }, searchParams.has('is') ? { 'cache-control': searchParams.get('is') } : {});
            case 'fields': // any status, with any fields
                return jsonReply(Number(argument), { message: 'ok' }, JSON.parse(searchParams.get('are')));
            case 'secret-echo': // gives a token away, which the gateway's caller then sees: for the tests of the tests
                return jsonReply(200, { authorization: request.headers.authorization });
            case 'download':
                return this.#download(Number(searchParams.get('bytes')), response);
            case 'upload':
                return this.#upload(request);
            case 'trickle': {
                response.writeHead(200, { 'content-type': 'text/plain' });
                for (let i = 0; i < Number(searchParams.get('parts') ?? 3); ++i) {
                    response.write(`part ${i}\n`);
                    await sleep(Number(searchParams.get('ms') ?? 100));
                    if (response.destroyed) return undefined;
                }
                response.end();
                return undefined;
            }
            case 'events':
                response.writeHead(200, { 'content-type': 'text/event-stream' });
                response.write('data: first\n\n');
                this.eventStream = response;
                return undefined;
            case 'hang': // the request is there and nothing comes back
                request.socket.once('close', () => (this.hangsLeft = (this.hangsLeft ?? 0) + 1));
                this.hangs = (this.hangs ?? 0) + 1;
                return undefined;
            case 'cut': { // promises more than it sends
                response.writeHead(200, { 'content-type': 'text/plain', 'content-length': 1000 });
                response.write('x'.repeat(500));
                await sleep(30);
                response.destroy();
                return undefined;
            }
            case 'cut-chunked': {
                response.writeHead(200, { 'content-type': 'text/plain' });
                response.write('x'.repeat(500));
                await sleep(30);
                response.destroy();
                return undefined;
            }
            case 'early': // answers while the upload still goes on
                response.writeHead(413, { 'content-type': 'application/json', connection: 'close' });
                response.end(JSON.stringify({ message: 'too large for me' }));
                return undefined;
            case 'hints':
                response.writeEarlyHints?.({ link: '</style.css>; rel=preload; as=style' });
                return jsonReply(200, { message: 'after the hint' });
            default:
                return jsonReply(404, { error: 'Not Found', message: `Cannot ${request.method} ${path}` });
        }
    }

    async #echo(request) {
        const hash = createHash('sha256');
        let length = 0;
        for await (const part of request) {
            hash.update(part);
            length += part.length;
        }
        const value = {
            method: request.method,
            url: request.url,
            httpVersion: request.httpVersion,
            // The token itself must not come back to the browser: what matters is that one was there.
            rawHeaders: request.rawHeaders.map((text) => (/^Bearer /.test(text) ? 'Bearer …' : text)),
            trailers: request.rawTrailers,
            bearer: this.#bearer(request) !== undefined,
            body: { length, sha256: hash.digest('hex') },
        };
        return jsonReply(200, value);
    }

    async #download(bytes, response) {
        response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes });
        const block = Buffer.alloc(256 * 1024, 'd');
        for (let sent = 0; sent < bytes && !response.destroyed; ) {
            const part = block.subarray(0, Math.min(block.length, bytes - sent));
            sent += part.length;
            if (!response.write(part)) await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
        }
        response.end();
        return undefined;
    }

    async #upload(request) {
        let length = 0;
        for await (const part of request) length += part.length;
        return jsonReply(200, { length });
    }
}
