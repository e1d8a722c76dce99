// One call to a route of the gateway: JSON out, JSON in, and every failure a ClocheError.
import { ClocheError, errorOf, unreadable } from './errors.js';
import type { Host } from './host.js';

/** What the gateway answers within its own time-outs is lost if it takes longer. */
const patience = 20_000;

export type Call = <T extends object>(
    method: 'GET' | 'POST',
    route: string,
    body?: unknown,
) => Promise<T>;

export function makeCall(host: Host, base: string, send: typeof fetch): Call {
    return async <T extends object>(method: 'GET' | 'POST', route: string, body?: unknown) => {
        const abort = new AbortController();
        // The other calls change something at the API: whether they did must not be guessed.
        const limited = route === '/session' || route === '/refresh';
        const timer = limited && host.setTimeout(() => abort.abort(), patience);
        let answer: Response | undefined;
        try {
            answer = await send(base + route, {
                method,
                cache: 'no-store',
                signal: abort.signal,
                // A sign-out is on its way even if the page goes away at once.
                keepalive: route === '/logout',
                // Only JSON is taken there, which no form of another site can send.
                ...(body
                    ? {
                          headers: { 'Content-Type': 'application/json' },
                          body: JSON.stringify(body),
                      }
                    : {}),
            });
            if (!answer.ok) throw await errorOf(answer);
            // An API may have nothing to say about a success.
            const json: unknown = JSON.parse((await answer.text()) || '{}');
            if (typeof json !== 'object' || !json) throw unreadable(answer.status, json);
            return json as T;
        } catch (cause) {
            if (cause instanceof ClocheError) throw cause;
            if (answer) throw unreadable(answer.status, cause);
            throw new ClocheError('unreachable', 'The server cannot be reached.', { cause });
        } finally {
            if (timer) host.clearTimeout(timer);
        }
    };
}
