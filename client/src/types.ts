// The wire as the gateway's HTTP API describes it, restated, and what a page sees of it.
import type { ClocheError } from './errors.js';

/** What the API says of a person. Pass your own type to `createClient`. */
export type User = Record<string, unknown>;

/** Seconds from the moment the gateway answered; never instants, so no clock has to be right. */
export interface SessionTimes {
    /** Until the session is over, however much it is used. */
    expires_in: number;
    /** Until it is over if nobody uses it. */
    idle_in: number;
    /** Until a refresh is due. Absent when nobody knows how long the access token lives. */
    refresh_in?: number;
}

/** What `GET /api/auth/session` and `POST /api/auth/refresh` answer. */
export type SessionBody<U = User> =
    { authenticated: false } | { authenticated: true; user: U; session: SessionTimes };

/** The body of a sign-in. The API may want more than these. */
export interface Credentials {
    email?: string;
    password?: string;
    [member: string]: unknown;
}

/** The API's own JSON. No member of it holds a token: the gateway has taken them out. */
export interface ApiAnswer {
    message?: string;
    data?: unknown;
    [member: string]: unknown;
}

/** The API's JSON after a sign-in, with the new session's times. */
export interface LoginAnswer extends ApiAnswer {
    session: SessionTimes;
}

/** Why the state is what it is. */
export type Reason =
    /** Nobody has asked the gateway yet. */
    | 'loading'
    /** The first answer of the gateway. */
    | 'loaded'
    /** Somebody signed in, here or in another tab. */
    | 'signed_in'
    /** The same person has other data than before. */
    | 'user_changed'
    /** The person signed out, here or in another tab. */
    | 'signed_out'
    /** The session is over without anybody having signed out here: too old, unused, or ended elsewhere. */
    | 'session_ended'
    /** The gateway or the API behind it cannot be asked just now; `error` says what happened. */
    | 'unavailable'
    /** It can be asked again. */
    | 'recovered';

interface StateOf<S, U> {
    readonly status: S;
    readonly user: U;
    readonly reason: Reason;
    /** The latest failure to ask, until an attempt succeeds. The status beside it still holds. */
    readonly error: ClocheError | undefined;
    /**
     * Grows when somebody signs in, or is found to have. What a page keeps of a person belongs to one
     * epoch: drop it when the number changes. Whose user has the same `id` is the same person.
     */
    readonly epoch: number;
}

/** What the page knows. The same object until something changes. */
export type SessionState<U = User> =
    StateOf<'unknown', undefined> | StateOf<'signed_out', undefined> | StateOf<'signed_in', U>;

export type Listener<U = User> = (state: SessionState<U>) => void;
