// fetch with the CSRF header, and one more try where the gateway itself has turned the request away.
import { gatewayCode, retryAfter } from './errors.js';
import type { Host } from './host.js';

/** Longer than this nobody waits for a second try: the page gets the 503 and decides. */
const longestPause = 10;

/** Told of a 401 of the gateway's own; says whether to ask once more. */
export type Denied = (code: string) => Promise<boolean>;

const requestOf = (input: RequestInfo | URL) =>
    typeof input === 'object' && 'url' in input ? input : undefined;

/** Whether the request stays on this page's origin. */
function isOurs(host: Host, input: RequestInfo | URL): boolean {
    const page = host.location;
    const url = new URL(requestOf(input)?.url ?? String(input), page?.href);
    return url.origin === page?.origin;
}

/**
 * The header by which a route may ask that a script of this origin made the request: no form and no
 * other site can set it. Other origins never get it; it would cost them a preflight and tell them of us.
 */
function withCsrf(input: RequestInfo | URL, init: RequestInit): RequestInit {
    const headers = new Headers(init.headers ?? requestOf(input)?.headers);
    headers.set('X-CSRF', '1');
    return { ...init, headers };
}

/** A stream can be read once, so a request made of one cannot be sent twice. */
function canRepeat(input: RequestInfo | URL, init: RequestInit): boolean {
    if (init.body) return !('getReader' in Object(init.body));
    const request = requestOf(input);
    return !request || request.body === null || /^(GET|HEAD)$/.test(request.method);
}

/** fetch as `login` and the like use it: the header, and nothing else. */
export function makeSend(host: Host, get: typeof fetch): typeof fetch {
    return async (input, init = {}) =>
        get(input, isOurs(host, input) ? withCsrf(input, init) : init);
}

/** fetch as the page uses it. `watch` is called before a request goes out. */
export function makeFetch(host: Host, get: typeof fetch, watch: () => Denied): typeof fetch {
    /** The gateway could not reach the API for a token, and has not passed the request on. */
    const pause = async (answer: Response, signal: AbortSignal | null | undefined) => {
        const seconds = Math.max(1, retryAfter(answer) ?? 1);
        if (seconds > longestPause) return false;
        await new Promise<unknown>((go) => {
            // With jitter, or everybody who was turned away comes back at once.
            host.setTimeout(() => go(0), (seconds + host.Math.random() / 2) * 1000);
            // The second try then fails as an aborted request does.
            signal?.addEventListener('abort', go);
        });
        return true;
    };

    return async (input, init = {}) => {
        if (!isOurs(host, input)) return get(input, init);
        const sent = withCsrf(input, init);
        const repeatable = canRepeat(input, init);
        const denied = watch();
        const answer = await get(input, sent);
        const code = gatewayCode(answer);
        let again = false;
        if (answer.status === 401 && code) again = await denied(code);
        else if (repeatable && /^(refresh|store)_unavailable$/.test(code ?? ''))
            again = await pause(answer, init.signal ?? requestOf(input)?.signal);
        if (!again || !repeatable) return answer;
        // Nobody will read it, and unread it would hold its connection.
        answer.body?.cancel().catch(() => {});
        return get(input, sent);
    };
}
