// An auth API of quite another shape than the example's: sign-in by a form, both tokens in the body and opaque,
// lifetimes as `expires_in`, refresh by POST with a JSON member, the user under another name.
import { Faults, answerUnder } from './faults.mjs';
import { LoopbackServer, readBody } from './loopback_server.mjs';
import { randomToken } from './tokens.mjs';

const jsonReply = (status, value) => ({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) });

export class OtherApi {
    constructor({ accessLife = 300, refreshLife = 3600 } = {}) {
        Object.assign(this, { accessLife, refreshLife });
        this.faults = new Faults();
        this.requests = [];
        this.tokens = new Set();
        this.counts = { login: 0, refresh: 0, doubleSpend: 0, logout: 0 };
        this.#server = new LoopbackServer((request, response) => this.#handle(request, response));
    }

    #server;
    #current = undefined;
    #access = new Map();

    async start() {
        await this.#server.open();
        return this;
    }

    get url() {
        return this.#server.url;
    }

    stop() {
        return this.#server.close();
    }

    /** The `provider` section that describes it. */
    get description() {
        return {
            kind: 'json-api',
            login: { request: 'POST /session', format: 'form' },
            refresh: { request: 'POST /session/renew', final: [400] },
            logout: { request: 'POST /session/end' },
            user: { request: 'GET /profile', at: '/profile' },
            access_token: { at: '/tokens/access' },
            refresh_token: { at: '/tokens/renewal', send: '/renewal' },
            expires: { at: '/tokens/expires_in' },
            refresh_expires: { at: '/tokens/renewal_expires_in' },
            subject: { user: '/mail' },
        };
    }

    #issue() {
        const access = randomToken();
        this.#current = randomToken();
        this.tokens.add(access).add(this.#current);
        this.#access.set(access, Date.now() + this.accessLife * 1000);
        return jsonReply(200, {
            tokens: { access, expires_in: this.accessLife, renewal: this.#current, renewal_expires_in: this.refreshLife },
            welcome: true,
        });
    }

    #signedIn(request) {
        const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
        return (this.#access.get(token) ?? 0) > Date.now();
    }

    async #work(endpoint, request) {
        const body = (await readBody(request)).toString();
        this.requests.push({ endpoint, method: request.method, url: request.url, headers: request.headers, body });
        switch (endpoint) {
            case 'login': {
                this.counts.login += 1;
                if (request.headers['content-type'] !== 'application/x-www-form-urlencoded') return jsonReply(415, { message: 'form only' });
                const form = new URLSearchParams(body);
                if (form.get('password') !== 'correct horse battery') return jsonReply(401, { message: 'no' });
                return this.#issue();
            }
            case 'refresh': {
                if (JSON.parse(body).renewal !== this.#current) {
                    this.counts.doubleSpend += 1;
                    return jsonReply(400, { message: 'spent' });
                }
                this.counts.refresh += 1;
                return this.#issue();
            }
            case 'logout':
                this.counts.logout += 1;
                this.#current = undefined;
                this.#access.clear();
                return jsonReply(200, { message: 'bye' });
            case 'profile':
                return this.#signedIn(request) ? jsonReply(200, { profile: { mail: 'zoe@example.org', name: 'Zoe Hill' } }) : jsonReply(401, { message: 'no' });
            default:
                return jsonReply(this.#signedIn(request) ? 200 : 401, { url: request.url });
        }
    }

    async #handle(request, response) {
        const endpoint = { 'POST /session': 'login', 'POST /session/renew': 'refresh', 'POST /session/end': 'logout', 'GET /profile': 'profile' }[
            `${request.method} ${request.url}`
        ] ?? 'other';
        await answerUnder(this.faults.take(endpoint), request, response, () => this.#work(endpoint, request));
    }
}
