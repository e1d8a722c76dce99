// The client: what the page knows of its session, and the calls that change it. What it knows comes from
// the gateway's answers alone. Nothing is kept beyond the page, and no token ever reaches it.
import { makeCall } from './call.js';
import { unreadable, type ClocheError } from './errors.js';
import { makeFetch, makeSend, type Denied } from './fetch.js';
import type { Host } from './host.js';
import { makeSchedule } from './schedule.js';
import { makeKnown, same, samePerson } from './state.js';
import { joinTabs, type News, type Tabs } from './tabs.js';
import type {
    ApiAnswer,
    Credentials,
    Listener,
    LoginAnswer,
    Reason,
    SessionBody,
    SessionState,
    User,
} from './types.js';

export interface ClientOptions {
    /** Where the gateway's routes are. Default: `/api/auth`. */
    base?: string;
    /** Used in place of the browser's own. */
    fetch?: typeof fetch;
    /** Clock, timers and the rest of the browser, for tests. Default: `globalThis`. */
    host?: Host;
}

export interface Client<U = User> {
    /** What the page knows now; the same object until something changes. */
    readonly state: SessionState<U>;
    /**
     * Calls `listener` at every change of `state`, and has the gateway asked if nobody has asked it
     * yet, or not since `close`. Returns what ends that.
     */
    onChange(listener: Listener<U>): () => void;
    /** Signs in. The state has the new user when this returns. */
    login(credentials: Credentials): Promise<LoginAnswer>;
    /**
     * Signs out. If it throws, the state tells whether this browser is signed out all the same: it is
     * after `store_unavailable`, where the session's end is still to be written.
     */
    logout(): Promise<ApiAnswer>;
    register(fields: Record<string, unknown>): Promise<ApiAnswer>;
    /** With what a mailed link carried. */
    verify(link: { token: string; email: string }): Promise<ApiAnswer>;
    /** Asks the gateway. This does not extend the session. */
    session(): Promise<SessionBody<U>>;
    /** Has the gateway refresh if that is due. The client does it by itself. */
    refresh(): Promise<SessionBody<U>>;
    /** Like the global fetch, with `X-CSRF: 1` on this origin and one more try where that helps. */
    fetch: typeof fetch;
    /** Ends timers and listening. The next call starts them again. */
    close(): void;
}

/** Makes a client. Until something is asked of it, it does nothing, so a server may make one too. */
export function createClient<U = User>(options: ClientOptions = {}): Client<U> {
    type Body = SessionBody<U>;

    const host = options.host ?? (globalThis as unknown as Host);
    const base = (options.base ?? '/api/auth').replace(/\/+$/, '');
    // Looked up at each call, so that what wraps the browser's own later on is used as well.
    const get: typeof fetch = (...request) => (options.fetch ?? host.fetch)(...request);
    const call = makeCall(host, base, makeSend(host, get));
    const known = makeKnown<U>(host);

    // Grows when somebody signs in or out. An answer to a question from an earlier generation is about
    // a session that is no more, and must not bring it back.
    let generation = 0;
    let signingIn = false;
    let tabs: Tabs<U> | undefined;
    let looking: Promise<Body> | undefined;
    let renewing: Promise<Body> | undefined;
    /** What another tab was told at its latest refresh. */
    let shared: Body | undefined;

    const ignore = () => {};
    const check = () => void session().catch(ignore);
    const refreshSoon = () => void refresh().catch(ignore);
    const schedule = makeSchedule(host, refreshSoon, check);

    function apply(body: Body) {
        const { status, error, epoch } = known.state;
        const inBefore = status === 'signed_in';
        if (!body.authenticated) {
            return signedOut(inBefore ? 'session_ended' : error ? 'recovered' : 'loaded');
        }
        const user = body.user ?? ({} as U);
        // A sign-in need not have been told: not one by a form, on a page without this client.
        const someoneElse = inBefore && !samePerson(user, known.state.user);
        let reason: Reason = error ? 'recovered' : inBefore ? 'user_changed' : 'loaded';
        if (status === 'signed_out' || signingIn || someoneElse) reason = 'signed_in';
        signingIn = false;
        if (tabs) schedule.plan(body.session);
        known.set({
            status: 'signed_in',
            user,
            reason,
            epoch: inBefore && !someoneElse ? epoch : epoch + 1,
        });
    }

    function signedOut(reason: Reason) {
        ++generation;
        signingIn = false;
        schedule.plan();
        known.set({ status: 'signed_out', reason });
    }

    function failed(error: unknown, work: () => void) {
        const cause = error as ClocheError;
        if (tabs) schedule.retry(work, cause.retryAfter ?? 0);
        // After a sign-in the person known so far may be the wrong one.
        const still = signingIn ? { status: 'unknown' as const } : known.state;
        known.set({ ...still, reason: 'unavailable', error: cause });
    }

    /** The gateway has said that the session is over. */
    function over() {
        const news = known.state.status === 'signed_in';
        signedOut('session_ended');
        if (news) tabs?.tell({ type: 'session_ended' });
    }

    async function ask(method: 'GET' | 'POST', route: string): Promise<Body> {
        const body = await call<Body>(method, route);
        // Some page or program in between: that is no word about the session.
        if (typeof body.authenticated !== 'boolean') throw unreadable();
        return body;
    }

    async function look(): Promise<Body> {
        try {
            for (;;) {
                const mine = generation;
                try {
                    const body = await ask('GET', '/session');
                    if (mine !== generation) continue;
                    // A new page may come from a form that signed in or out without telling anybody.
                    if (known.state.status === 'unknown') tabs?.tell({ type: 'seen', body });
                    apply(body);
                    return body;
                } catch (error) {
                    if (mine !== generation) continue;
                    failed(error, check);
                    throw error;
                }
            }
        } finally {
            // Here and not behind the promise: who asks from now on must not get this answer.
            looking = undefined;
        }
    }

    async function renew(): Promise<Body> {
        const mine = generation;
        const before = shared;
        try {
            const body = await tabs!.alone(async () => {
                // Another tab did it while this one waited for its turn.
                if (shared !== before) return shared!;
                const answer = await ask('POST', '/refresh');
                if (mine === generation) tabs?.tell({ type: 'refreshed', body: answer });
                return answer;
            });
            if (mine !== generation) return session();
            apply(body);
            return body;
        } catch (error) {
            if (mine !== generation) return session();
            if (/^(session_ended|unauthenticated)$/.test((error as ClocheError).code)) over();
            else failed(error, refreshSoon);
            throw error;
        } finally {
            renewing = undefined;
        }
    }

    function session(): Promise<Body> {
        start();
        return (looking ??= look());
    }

    function refresh(): Promise<Body> {
        start();
        return (renewing ??= renew());
    }

    function hear(news: News<U>) {
        if (news.type === 'signed_out') return signedOut('signed_out');
        if (news.type === 'seen') {
            const { status, user } = known.state;
            const knew = status === 'signed_in' && { user };
            const sees = !!news.body?.authenticated && { user: news.body.user };
            // A question on its way may be older than what was seen.
            if (status === 'unknown' || same(knew, sees)) return;
            ++generation;
            return check();
        }
        if (news.type === 'refreshed') {
            // It may be older than a sign-in or sign-out that was heard of before it: only the gateway
            // can say whether it still holds, unless it says nothing new.
            if (!news.body?.authenticated || !same(news.body.user, known.state.user))
                return check();
            shared = news.body;
            return apply(news.body);
        }
        if (news.type !== 'signed_in' && news.type !== 'session_ended') return;
        ++generation;
        signingIn = news.type === 'signed_in';
        check();
    }

    const onWake = () => {
        schedule.wake();
        // What the other tabs did meanwhile has to be asked for where they cannot be heard.
        if (!tabs?.connected && host.document?.visibilityState !== 'hidden') check();
    };
    const onOnline = () => {
        if (known.state.error?.code === 'unreachable') schedule.hurry();
        else schedule.wake();
    };
    const onPageShow = (event: Event) => {
        // Back from the back-forward cache, which may be after a sign-out that nobody told it of.
        if ((event as PageTransitionEvent).persisted) check();
    };

    function start() {
        if (tabs) return;
        tabs = joinTabs(host, 'cloche:' + base, hear);
        host.document?.addEventListener('visibilitychange', onWake);
        host.addEventListener?.('focus', onWake);
        host.addEventListener?.('online', onOnline);
        host.addEventListener?.('pageshow', onPageShow);
    }

    function watch(): Denied {
        const mine = generation;
        const { status, user } = known.state;
        return async (code) => {
            if (code === 'session_ended') {
                if (mine === generation) over();
                return false;
            }
            // Nobody is signed in, and that was known.
            if (mine === generation && status === 'signed_out') return false;
            // Somebody may have signed in while the request was on its way. It is sent again for the
            // person on whose behalf it was made, never for another.
            const body = await session().catch(ignore);
            return !!body?.authenticated && (status !== 'signed_in' || samePerson(body.user, user));
        };
    }

    return {
        get state() {
            return known.state;
        },
        onChange(listener) {
            const stop = known.listen(listener);
            if (!tabs || known.state.status === 'unknown') check();
            return stop;
        },
        async login(credentials) {
            start();
            const answer = await call<LoginAnswer>('POST', '/login', credentials);
            ++generation;
            signingIn = true;
            tabs?.tell({ type: 'signed_in' });
            // The sign-in has succeeded, even if the gateway cannot say for whom just now.
            await session().catch(ignore);
            return answer;
        },
        async logout() {
            start();
            const done = () => {
                signedOut('signed_out');
                tabs?.tell({ type: 'signed_out' });
            };
            try {
                const answer = await call<ApiAnswer>('POST', '/logout');
                done();
                return answer;
            } catch (error) {
                // The cookie is gone all the same. Any other failure leaves the person signed in, and
                // the page must not look otherwise.
                if ((error as ClocheError).code === 'store_unavailable') done();
                throw error;
            }
        },
        register: (fields) => call('POST', '/register', fields),
        verify: (link) => call('POST', '/verify', link),
        session,
        refresh,
        fetch: makeFetch(host, get, watch),
        close() {
            schedule.plan();
            tabs?.close();
            tabs = undefined;
            host.document?.removeEventListener('visibilitychange', onWake);
            host.removeEventListener?.('focus', onWake);
            host.removeEventListener?.('online', onOnline);
            host.removeEventListener?.('pageshow', onPageShow);
        },
    };
}
