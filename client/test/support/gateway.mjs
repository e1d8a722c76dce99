// The gateway as the browser sees it, in memory: docs/http-api.md, as far as the client meets it.
const second = 1000;

/** An error of the gateway's own. */
export function problem(status, code, headers = {}) {
    const detail = `It is ${code}.`;
    return Response.json(
        { title: code, status, code, detail, message: detail, request_id: 'r1' },
        {
            status,
            headers: {
                'Content-Type': 'application/problem+json',
                'Cloche-Error': code,
                ...(status === 503 ? { 'Retry-After': '1' } : {}),
                ...headers,
            },
        },
    );
}

export class Gateway {
    /** Seconds. */
    accessLife = 300;
    absolute = 30 * 86400;
    idle = 7 * 86400;
    /** Milliseconds on each way. */
    latency = 5;
    down = false;
    users = {
        'zoe@example.org': { id: 1, fullName: 'Zoe', email: 'zoe@example.org' },
        'yan@example.org': { id: 2, fullName: 'Yan', email: 'yan@example.org' },
    };
    sessions = new Map();
    requests = [];
    #faults = [];
    #ids = 0;

    constructor(clock) {
        this.clock = clock;
    }

    /** The next `times` requests to `path` get what `answer` makes, which may throw or return nothing. */
    fail(path, answer, times = 1) {
        this.#faults.push({ path, answer, times });
    }

    mend() {
        this.#faults = [];
    }

    count(method, path) {
        return this.requests.filter((r) => r.method === method && r.path === path).length;
    }

    /** How often an access token was really replaced. */
    get rotations() {
        return [...this.sessions.values()].reduce((sum, session) => sum + session.rotations, 0);
    }

    /** A session without a sign-in, as a page finds one when it loads. */
    open(user = this.users['zoe@example.org']) {
        const id = `s${++this.#ids}`;
        const now = this.clock.now();
        const session = { user, made: now, used: now, access: now, rotations: 0, over: false };
        this.sessions.set(id, session);
        return id;
    }

    end(id) {
        this.sessions.get(id).over = true;
    }

    /** What a browser's fetch does, cookies included; `browser.cookie` is the jar. */
    async receive(browser, tab, url, init) {
        const { pathname: path, origin, search } = new URL(url);
        const request = {
            at: this.clock.now(),
            tab,
            origin,
            path,
            search,
            method: (init.method ?? 'GET').toUpperCase(),
            headers: new Headers(init.headers),
            body: init.body ?? null,
            keepalive: init.keepalive ?? false,
            cookie: browser.cookie,
        };
        this.requests.push(request);
        await this.#travel(init.signal);
        if (this.down) throw new TypeError('Failed to fetch');
        const { answer, cookie } = await this.#answer(request);
        await this.#travel(init.signal);
        if (cookie !== undefined) browser.cookie = cookie;
        return answer;
    }

    async #travel(signal) {
        if (signal?.aborted) throw signal.reason;
        await new Promise((go, give) => {
            signal?.addEventListener('abort', () => give(signal.reason));
            this.clock.setTimeout(go, this.latency);
        });
    }

    async #answer(request) {
        const fault = this.#faults.find(({ path, times }) => path === request.path && times > 0);
        if (fault) {
            fault.times -= 1;
            const answer = await fault.answer(request);
            if (answer) return { answer };
        }
        const route = `${request.method} ${request.path}`;
        if (request.path.startsWith('/api/proxy/')) return { answer: this.#proxy(request) };
        if (route === 'POST /api/auth/login') return this.#login(request);
        if (route === 'POST /api/auth/logout') return this.#logout(request);
        if (route === 'GET /api/auth/session') return { answer: this.#session(request) };
        if (route === 'POST /api/auth/refresh') return { answer: this.#refresh(request) };
        if (route === 'POST /api/auth/register' || route === 'POST /api/auth/verify')
            return { answer: Response.json({ message: 'Done', data: {} }, { status: 201 }) };
        return { answer: problem(404, 'not_found') };
    }

    #login(request) {
        const { email, password } = JSON.parse(request.body);
        const user = this.users[email];
        if (!user || password !== 'correct horse')
            return {
                answer: Response.json({ message: 'Wrong e-mail or password.' }, { status: 401 }),
            };
        if (request.cookie) this.sessions.delete(request.cookie);
        const id = this.open(user);
        const session = this.#times(this.sessions.get(id));
        const answer = Response.json({ message: 'Login successful', data: {}, session });
        return { answer, cookie: id };
    }

    #logout(request) {
        if (this.sessions.has(request.cookie)) this.end(request.cookie);
        const message = 'Logout successful';
        return { answer: Response.json({ message, data: { message } }), cookie: '' };
    }

    #session(request) {
        const session = this.#live(request.cookie);
        return Response.json(session ? this.#body(session) : { authenticated: false });
    }

    #refresh(request) {
        const session = this.#live(request.cookie);
        if (!session) return this.#refusal(request);
        if (this.#refreshIn(session) <= 0) {
            session.access = this.clock.now();
            session.rotations += 1;
        }
        return Response.json(this.#body(session));
    }

    #proxy(request) {
        const session = this.#live(request.cookie);
        if (!session) return this.#refusal(request);
        session.used = this.clock.now();
        return Response.json({ user: session.user.id, method: request.method, body: request.body });
    }

    #refusal(request) {
        const known = this.sessions.has(request.cookie);
        return problem(401, known ? 'session_ended' : 'unauthenticated');
    }

    #live(id) {
        const session = this.sessions.get(id);
        const now = this.clock.now();
        if (!session) return undefined;
        if (now >= session.made + this.absolute * second) session.over = true;
        if (now >= session.used + this.idle * second) session.over = true;
        return session.over ? undefined : session;
    }

    #refreshIn(session) {
        const margin = Math.min(30, this.accessLife / 5);
        const due = session.access + (this.accessLife - margin) * second;
        return Math.max(0, Math.ceil((due - this.clock.now()) / second));
    }

    #times(session) {
        const left = (from, life) => Math.ceil((from + life * second - this.clock.now()) / second);
        return {
            expires_in: left(session.made, this.absolute),
            idle_in: left(session.used, this.idle),
            ...(this.accessLife ? { refresh_in: this.#refreshIn(session) } : {}),
        };
    }

    #body(session) {
        return { authenticated: true, user: session.user, session: this.#times(session) };
    }
}
