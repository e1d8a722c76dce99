// A person's browser, as far as HTTP goes: keeps cookies, sends Origin and Fetch Metadata, remembers all it saw.
import { exchange, open } from './http_client.mjs';
import { CookieJar } from './cookie_jar.mjs';

const navigation = {
    accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
    'sec-fetch-user': '?1',
};

export class Visitor {
    /** `origin`: what the address bar shows; `port`: where it is really reached; `log`: a TrafficLog. */
    constructor(origin, { port, log, headers = {}, jar = new CookieJar() } = {}) {
        this.origin = origin;
        this.port = port ?? new URL(origin).port;
        this.log = log;
        this.extra = headers;
        this.jar = jar;
    }

    /** Another tab or device: the same place, its own cookies or shared ones. */
    twin({ jar = this.jar.copy() } = {}) {
        return new Visitor(this.origin, { port: this.port, log: this.log, headers: this.extra, jar });
    }

    #headers(method, headers) {
        const all = {
            'user-agent': 'visitor/1.0',
            accept: 'application/json',
            'sec-fetch-site': 'same-origin',
            'sec-fetch-mode': 'cors',
            ...(method === 'GET' || method === 'HEAD' ? {} : { origin: this.origin }),
            ...(this.jar.header === undefined ? {} : { cookie: this.jar.header }),
            ...this.extra,
            ...headers,
        };
        for (const [name, value] of Object.entries(all)) {
            if (value === undefined) delete all[name];
        }
        return all;
    }

    /** A header given as undefined is not sent. */
    async send(method, path, { headers = {}, ...rest } = {}) {
        const answer = await exchange(this.origin + path, {
            method,
            port: this.port,
            headers: this.#headers(method, headers),
            ...rest,
        });
        this.jar.take(answer.setCookies);
        this.log?.add(`answer to ${method} ${path}`, `${answer.head}\n\n${answer.body.toString('latin1')}`);
        return answer;
    }

    /** Only the head is read; the body is the caller's. */
    open(method, path, { headers = {}, ...rest } = {}) {
        return open(this.origin + path, { method, port: this.port, headers: this.#headers(method, headers), ...rest });
    }

    get(path, options) {
        return this.send('GET', path, options);
    }

    json(method, path, value, { headers = {}, ...rest } = {}) {
        return this.send(method, path, {
            body: JSON.stringify(value),
            headers: { 'content-type': 'application/json', ...headers },
            ...rest,
        });
    }

    /** What submitting a form of a page of ours sends. */
    form(path, fields, { headers = {}, ...rest } = {}) {
        return this.send('POST', path, {
            body: new URLSearchParams(fields).toString(),
            headers: { ...navigation, 'content-type': 'application/x-www-form-urlencoded', ...headers },
            ...rest,
        });
    }

    /** What an address typed, a link or a reload sends. */
    visit(path, { headers = {}, ...rest } = {}) {
        return this.send('GET', path, { headers: { ...navigation, 'sec-fetch-site': 'none', ...headers }, ...rest });
    }

    signIn({ email = 'zoe@example.org', password = 'correct horse battery' } = {}) {
        return this.json('POST', '/api/auth/login', { email, password });
    }

    signOut() {
        return this.send('DELETE', '/api/auth/logout');
    }

    async session() {
        return (await this.get('/api/auth/session')).json;
    }
}
