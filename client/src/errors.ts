// Everything that can go wrong in a call to the gateway, as one class with a stable code.

/** The gateway's own codes, from its header `Cloche-Error`; docs/http-api.md says when each is sent. */
export type GatewayCode =
    | 'unauthenticated'
    | 'session_ended'
    | 'csrf_failed'
    | 'forbidden'
    | 'not_found'
    | 'method_not_allowed'
    | 'bad_request'
    | 'unsupported_media_type'
    | 'body_too_large'
    | 'misdirected'
    | 'request_timeout'
    | 'uri_too_long'
    | 'headers_too_large'
    | 'expectation_failed'
    | 'not_implemented'
    | 'rate_limited'
    | 'store_unavailable'
    | 'refresh_unavailable'
    | 'overloaded'
    | 'upstream_unreachable'
    | 'upstream_timeout'
    | 'upstream_invalid'
    | 'internal';

export type ErrorCode =
    | GatewayCode
    /** The API's own refusal, such as a wrong password: see `status`, `message` and `fields`. */
    | 'api_error'
    /** There was no answer. */
    | 'unreachable'
    /** There was one, but not from a gateway: some page in place of JSON, say. */
    | 'unreadable'
    /** A newer gateway may have codes that this client has not heard of. */
    | (string & {});

interface Details {
    status?: number;
    fields?: Record<string, string>;
    retryAfter?: number | undefined;
    cause?: unknown;
}

export class ClocheError extends Error {
    readonly code: ErrorCode;
    /** 0 if there was no answer. */
    readonly status: number;
    /** What to show at which field of a form, from a 422. */
    readonly fields: Record<string, string>;
    /** Seconds after which another try makes sense, if the answer said so. */
    readonly retryAfter: number | undefined;
    readonly cause: unknown;

    constructor(code: ErrorCode, message: string, details: Details = {}) {
        super(message);
        this.name = 'ClocheError';
        this.code = code;
        this.status = details.status ?? 0;
        this.fields = details.fields ?? {};
        this.retryAfter = details.retryAfter;
        this.cause = details.cause;
    }
}

/** The code of an answer of the gateway's own; null for one of the API's. */
export function gatewayCode(answer: Response): string | null {
    // A redirect may have led to another site, and what that says is not the gateway's word.
    return answer.type === 'cors' ? null : answer.headers.get('Cloche-Error');
}

/** `Retry-After` in seconds. Its other form is an instant, and this clock may be wrong: no number then. */
export function retryAfter(answer: Response): number | undefined {
    const seconds = parseFloat(answer.headers.get('Retry-After') ?? '');
    return seconds >= 0 ? seconds : undefined;
}

/** Reads an answer that is no success. Whatever its body is, the message is words for a person. */
export async function errorOf(answer: Response): Promise<ClocheError> {
    const body = await answer.json().catch(() => null);
    const said = body?.message ?? body?.detail;
    const fields: Record<string, string> = {};
    const words: string[] = [];
    for (const part of Array.isArray(said) ? said : [said]) {
        const text = part?.message ?? part;
        if (typeof text !== 'string') continue;
        words.push(text);
        // The first thing that is wrong with a field is the one to mend first.
        if (typeof part.property === 'string') fields[part.property] ??= text;
    }
    return new ClocheError(
        gatewayCode(answer) ?? 'api_error',
        words.join(' ') || `The server answered ${answer.status}.`,
        { status: answer.status, fields, retryAfter: retryAfter(answer) },
    );
}

/** For an answer that no gateway gives: a page of some proxy or hotel in between, say. */
export function unreadable(status?: number, cause?: unknown): ClocheError {
    return new ClocheError('unreadable', 'The server gave an answer that cannot be read.', {
        status: status ?? 0,
        cause,
    });
}
